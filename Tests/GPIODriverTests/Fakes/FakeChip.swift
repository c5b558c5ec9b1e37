import Glibc
import Synchronization

@testable import GPIODriver

/// A chip in memory that keeps edges as the kernel does: the oldest of each line.
final class FakeChip: GPIOChip {
  static let queueLength = 4

  struct Line: Sendable {
    var name: String?
    /// Whether it is high.
    var level = false
    var isOutput = false
    var holder: String?
    var settings: LineSettings?
    var edges: [EdgeEvent] = []
    /// The ends of a pipe that is readable while edges wait.
    var descriptor: Int32 = -1
    var writer: Int32 = -1
  }

  struct State: Sendable {
    var lines: [Line]
    var isGone = false
    var isClosed = false
    /// What was asked for, in order.
    var log: [String] = []
    var clock: Int64 = 0
  }

  let name: String
  let label: String
  let lineCount: Int
  let state: Mutex<State>

  init(_ label: String = "bench", number: Int = 0, names: [String?] = ["button", "relay", "lamp", nil]) {
    name = "gpiochip\(number)"
    self.label = label
    lineCount = names.count
    state = Mutex(State(lines: names.map { Line(name: $0) }))
  }

  /// A finder that knows chips by what is in a list.
  static func finder(_ chips: @escaping @Sendable () -> [FakeChip]) -> ChipFinder {
    ChipFinder(
      open: { path throws(GPIOError) in
        guard let chip = chips().first(where: { "/dev/\($0.name)" == path }) else {
          throw GPIOError("can't open the GPIO chip \(path)", errno: ENOENT)
        }
        return chip
      }, paths: { chips().map { "/dev/\($0.name)" } })
  }

  // MARK: The world

  /// Moves a line from outside, at a time.
  func move(_ line: Int, _ level: Bool, at time: Int64? = nil) {
    state.withLock { state in
      guard state.lines[line].level != level else { return }
      state.lines[line].level = level
      guard let settings = state.lines[line].settings, settings.detectsEdges, state.lines[line].edges.count < Self.queueLength else {
        return
      }
      state.lines[line].edges.append(EdgeEvent(isRising: level != settings.activeLow, time: time ?? state.clock))
      _ = write(state.lines[line].writer, "!", 1)
    }
  }

  func level(_ line: Int) -> Bool { state.withLock { $0.lines[line].level } }

  /// Somebody else takes a line, or gives it back.
  func hold(_ line: Int, by holder: String?) { state.withLock { $0.lines[line].holder = holder } }

  func holder(_ line: Int) -> String? { state.withLock { $0.lines[line].holder } }

  func leave() { state.withLock { $0.isGone = true } }

  var log: [String] { state.withLock { $0.log } }

  // MARK: GPIOChip

  private func check() throws(GPIOError) {
    if state.withLock({ $0.isGone }) { throw GPIOError("the chip \(name)", errno: ENODEV) }
  }

  func info(of offset: Int) throws(GPIOError) -> LineInfo {
    try check()
    let line = state.withLock { $0.lines[offset] }
    return LineInfo(
      offset: offset, name: line.name, consumer: line.holder, isUsed: line.holder != nil, isOutput: line.isOutput, isActiveLow: false)
  }

  func request(
    _ offsets: [Int], _ settings: LineSettings, levels: [Bool]?, consumer: String
  ) throws(GPIOError) -> any LineRequest {
    try check()
    for offset in offsets {
      guard offset < lineCount else { throw GPIOError("\(name) (\(label)) has no line \(offset)") }
      if let holder = state.withLock({ $0.lines[offset].holder }) {
        throw GPIOError("line \(offset) of \(name) is used by \"\(holder)\"", isBusy: true)
      }
    }
    state.withLock { state in
      state.log.append("request \(offsets) \(levels.map { "\($0)" } ?? "as it is")")
      for (place, offset) in offsets.enumerated() {
        state.lines[offset].holder = consumer
        state.lines[offset].settings = settings
        state.lines[offset].isOutput = settings.isOutput
        if let levels { state.lines[offset].level = levels[place] != settings.activeLow }
        if settings.detectsEdges {
          var ends: [Int32] = [-1, -1]
          _ = pipe(&ends)
          for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
          (state.lines[offset].descriptor, state.lines[offset].writer) = (ends[0], ends[1])
        }
      }
    }
    return FakeRequest(chip: self, offsets: offsets, settings: settings)
  }

  func close() { state.withLock { $0.isClosed = true } }

  /// Lines of a ``FakeChip``.
  final class FakeRequest: LineRequest {
    let chip: FakeChip
    let offsets: [Int]
    let settings: LineSettings
    let queueLength = FakeChip.queueLength

    init(chip: FakeChip, offsets: [Int], settings: LineSettings) {
      self.chip = chip
      self.offsets = offsets
      self.settings = settings
    }

    func levels() throws(GPIOError) -> [Bool] {
      try chip.check()
      return chip.state.withLock { state in offsets.map { state.lines[$0].level != settings.activeLow } }
    }

    func set(_ levels: [Bool]) throws(GPIOError) {
      try chip.check()
      chip.state.withLock { state in
        state.log.append("set \(offsets) \(levels)")
        for (offset, level) in zip(offsets, levels) { state.lines[offset].level = level != settings.activeLow }
      }
    }

    var descriptors: [(descriptor: Int32, line: Int)] {
      guard settings.detectsEdges else { return [] }
      return chip.state.withLock { state in offsets.enumerated().map { (state.lines[$0.element].descriptor, $0.offset) } }
    }

    func edges(of line: Int) throws(GPIOError) -> [EdgeEvent] {
      try chip.check()
      return chip.state.withLock { state in
        var bytes = [UInt8](repeating: 0, count: 64)
        _ = read(state.lines[offsets[line]].descriptor, &bytes, bytes.count)
        defer { state.lines[offsets[line]].edges = [] }
        return state.lines[offsets[line]].edges
      }
    }

    func release() {
      chip.state.withLock { state in
        state.log.append("release \(offsets)")
        for offset in offsets {
          state.lines[offset].holder = nil
          state.lines[offset].settings = nil
          state.lines[offset].edges = []
          for end in [state.lines[offset].descriptor, state.lines[offset].writer] where end >= 0 { Glibc.close(end) }
          (state.lines[offset].descriptor, state.lines[offset].writer) = (-1, -1)
        }
      }
    }
  }
}
