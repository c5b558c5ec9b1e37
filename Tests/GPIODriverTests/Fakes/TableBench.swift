import MapperSDK

@testable import GPIODriver

/// A table of lines on a fake chip, at a time that a test moves.
struct TableBench {
  let chip: FakeChip
  let clock = TestClock()
  var table: LineTable

  init(_ chip: FakeChip = FakeChip(), memory: CountMemory = CountMemory()) throws {
    self.chip = chip
    let clock = clock
    table = try LineTable(chip: "bench", finder: FakeChip.finder { [chip] }, memory: memory, clock: { clock.now })
  }

  mutating func watch(_ points: [GPIOPoint]) throws -> [String] {
    var told: [Told] = []
    try table.watch(points, into: &told)
    return told.map(Self.text)
  }

  /// What is told after so many milliseconds; edges wait where the chip has some.
  mutating func advance(_ milliseconds: Int64 = 1) throws -> [String] {
    clock.advance(milliseconds)
    var told: [Told] = []
    try table.advance(
      ready: table.taken.sources.filter { source in table.taken[source.key]?.hasEdges ?? false }, asked: clock.now, into: &told)
    return told.map(Self.text)
  }

  /// Moves a line now.
  func move(_ line: Int, _ level: Bool) { chip.move(line, level, at: clock.now) }

  static func text(_ told: Told) -> String {
    switch told {
    case .event(let event, _): "\(event.point): \(text(event.reading))"
    case .lost(let count, let point): "\(point): lost \(count)"
    }
  }

  static func text(_ reading: Reading) -> String {
    switch reading {
    case .value(let value, _): value.text ?? "-"
    case .uncertain(let value, _, let reason): "\(value.text ?? "-")? \(reason)"
    case .failure(let error): "error: \(error)"
    }
  }
}
