import JSON
import MapperSDK
import MapperTesting
import Synchronization

/// A device on a chip of the kernel's gpio-sim, which shares nothing with the driver: lines are moved and seen by their files.
final class ChipSimulator: DeviceSimulator {
  /// A property, and its lines.
  struct Part: Sendable {
    var property: SimulatedProperty
    var lines: [Int]
    var isActiveLow = false
  }

  let properties: [SimulatedProperty]
  let commands: [SimulatedCommand]
  private let parts: [Part]
  private let label: String
  private let state: Mutex<State>

  private struct State: Sendable {
    /// `nil`: it is away.
    var chip: SimulatedChip?
    /// What the lines are pulled to.
    var levels = [Bool](repeating: false, count: 8)
  }

  init(_ parts: [Part], commands: [SimulatedCommand] = []) throws {
    self.parts = parts
    self.commands = commands
    properties = parts.map(\.property)
    let chip = try SimulatedChip()
    label = chip.label
    state = Mutex(State(chip: chip))
    for part in parts where part.isActiveLow { for line in part.lines { try pull(line, true) } }
  }

  var protocolConfig: JSONValue { ["chip": .string(label)] }

  private func part(_ property: String) throws -> Part {
    guard let part = parts.first(where: { $0.property.name == property }) else { throw NotSimulated("have a property \(property)") }
    return part
  }

  private func pull(_ line: Int, _ level: Bool) throws {
    try state.withLock { state in
      state.levels[line] = level
      try state.chip?.pull(line, level)
    }
  }

  func value(of property: String) throws -> String {
    let part = try part(property)
    let levels = try state.withLock { state in
      try part.lines.map { try (state.chip?.value($0) ?? state.levels[$0]) != part.isActiveLow }
    }
    if part.property.type == .boolean { return "\(levels[0])" }
    return "\(levels.enumerated().reduce(0) { $0 | ($1.element ? 1 << $1.offset : 0) })"
  }

  func set(_ text: String, of property: String) throws {
    let part = try part(property)
    if part.property.isWritable { throw NotSimulated("move a line that is driven") }
    let number = text == "true" ? 1 : Int(text) ?? 0
    for (bit, line) in part.lines.enumerated() { try pull(line, (number & 1 << bit != 0) != part.isActiveLow) }
  }

  func inject(_ fault: DeviceFault?) throws {
    switch fault {
    case .absent: try remove()
    case .disconnect:
      try remove()
      try restore()
    case nil: try restore()
    case .silent, .slow, .garbage: throw NotSimulated("keep a line from being read at once")
    case .refuseReads, .refuseWrites: throw NotSimulated("take a line from who has it")
    }
  }

  private func remove() throws {
    try state.withLock { state in
      try state.chip?.remove()
      state.chip = nil
    }
  }

  private func restore() throws {
    try state.withLock { state in
      guard state.chip == nil else { return }
      let chip = try SimulatedChip(label)
      for (line, level) in state.levels.enumerated() { try chip.pull(line, level) }
      state.chip = chip
    }
  }

  func stop() { try? remove() }
}
