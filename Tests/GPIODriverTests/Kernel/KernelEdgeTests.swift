import GPIODriver
import MapperSDK
import TestSupport
import Testing

extension Kernel {
  @Suite("Edges")
  struct Edges {
    @Test("arrive in order, with the times at which the kernel saw them, even when they waited")
    func order() async throws {
      let chip = try SimulatedChip()
      let watcher = try await Watcher(chip.label)
      let points = [try point(["line": 2], property: "a"), try point(["line": 5], property: "b")]
      _ = try await watcher.read(points[0])
      try await watcher.start(points)
      try chip.pull(2, true)
      try await watcher.waits(for: 1)
      try await watcher.stop()
      // Nobody takes them now: they wait with the kernel.
      let begin = SystemClock.milliseconds()
      for level in [false, true, false] {
        try chip.pull(2, level)
        try chip.pull(5, !level)
      }
      let end = SystemClock.milliseconds()
      try await eventually("some time has passed") { SystemClock.milliseconds() > end + 50 }
      try await watcher.start(points)
      let events = try await watcher.waits(for: 7).dropFirst()
      #expect(events.map(\.point) == [0, 1, 0, 1, 0, 1])
      #expect(events.map(\.value) == [false, true, true, false, false, true].map { .bool($0) })
      let times = events.compactMap(\.time)
      #expect(times == times.sorted() && times.count == 6)
      #expect(times.allSatisfy { (begin - 5...end + 5).contains($0) }, "\(times) from \(begin) to \(end)")
      #expect(watcher.lost == 0)
      try await watcher.close()
    }

    @Test("of a burst of 16 are complete, and of a longer one those that are missing are told", arguments: [16, 20, 21])
    func burst(count: Int) async throws {
      let chip = try SimulatedChip()
      let watcher = try await Watcher(chip.label)
      let input = try point(["line": 0])
      try await watcher.start([input])
      try chip.pull(0, true)
      try await watcher.waits(for: 1)
      try await watcher.stop()
      for number in 0..<count { try chip.pull(0, !number.isMultiple(of: 2)) }
      try await watcher.start([input])
      let isOdd = !count.isMultiple(of: 2)
      let events = try await watcher.waits(for: isOdd ? 18 : 17).dropFirst()
      #expect(events.map(\.value) == (0..<16).map { .bool(!$0.isMultiple(of: 2)) } + (isOdd ? [.bool(false)] : []))
      #expect(events.prefix(15).allSatisfy { $0.doubt == nil })
      #expect(events.dropFirst(15).first?.doubt?.hasPrefix("16 edges waited") ?? false)
      #expect(watcher.lost == (isOdd ? 1 : 0))
      if isOdd { #expect(events.last?.doubt == "an edge was lost") }
      #expect(try await watcher.read(input) == .value(.bool(try chip.value(0))))
      try await watcher.close()
    }

    @Test("under a load that lasts are told, or told to be missing")
    func load() async throws {
      let chip = try SimulatedChip()
      let watcher = try await Watcher(chip.label)
      let points = [try point(["line": 0]), try point(["line": 0, "measures": "count"], type: .int, property: "count")]
      _ = try await watcher.connection.read(points)
      try await watcher.start(points)
      let toggles = 5_001
      for number in 0..<toggles { try chip.pull(0, number.isMultiple(of: 2)) }
      try await eventually("the last level is told") { watcher.events.last?.value == .bool(true) }
      let count = try await eventually("the count rests") {
        let before = try await watcher.read(points[1])
        try await Task.sleep(for: .milliseconds(200))
        return (before, try await watcher.read(points[1]))
      } until: {
        $0.0 == $0.1
      }.1
      try await watcher.stop()
      let events = watcher.events
      // Two alike in a row are never told without a doubt.
      for (first, second) in zip(events, events.dropFirst()) where first.value == second.value {
        #expect(first.doubt != nil || second.doubt != nil)
      }
      let times = events.compactMap(\.time)
      #expect(times == times.sorted())
      #expect(events.count <= toggles + watcher.lost)
      if events.count < toggles { #expect(watcher.lost > 0 || events.contains { $0.doubt != nil }) }
      switch count {
      case .value(let value, _): #expect(value == .int(Int64(toggles + 1) / 2), "a count that isn't doubted is right")
      case .uncertain(let value, _, _): #expect(value.number ?? 0 <= Double(toggles + 1) / 2)
      case .failure(let error): throw error
      }
      try await watcher.close()
    }

    @Test("are counted, also while other devices come and go, and how often they come is told")
    func count() async throws {
      let chip = try SimulatedChip()
      let watcher = try await Watcher(chip.label)
      let points = [
        try point(["line": 1, "measures": "count", "scale": 0.5], type: .double, isWritable: true, property: "count"),
        try point(["line": 1, "measures": "frequency", "window": 3_600_000], type: .double, property: "frequency"),
        try point(["line": 3], property: "other"),
      ]
      _ = try await watcher.connection.read(points)
      for (number, watched) in [points, [points[2], points[0], points[1]], points].enumerated() {
        try await watcher.start(watched)
        for _ in 0..<4 {
          try chip.pull(1, true)
          try chip.pull(1, false)
        }
        let wanted = Double(number + 1) * 2
        try await eventually("\(wanted)") { try await watcher.read(points[0]) == .value(.double(wanted)) }
        try await watcher.stop()
      }
      guard case .value(.double(let frequency), _) = try await watcher.read(points[1]) else { throw TestSupportError("no frequency") }
      #expect(frequency > 0)
      try await watcher.connection.write(.double(100), to: points[0])
      #expect(try await watcher.read(points[0]) == .value(.double(100)))
      try await watcher.close()
    }

    @Test("of a contact that bounces are one change")
    func debounce() async throws {
      let chip = try SimulatedChip()
      let watcher = try await Watcher(chip.label)
      let input = try point(["line": 0, "debounce": 1000])
      _ = try await watcher.read(input)
      try await watcher.start([input])
      for level in [true, false, true, false, true] { try chip.pull(0, level) }
      try await watcher.waits(for: 1)
      for level in [false, true, false] { try chip.pull(0, level) }
      try await watcher.waits(for: 2)
      #expect(watcher.events.map(\.value) == [.bool(true), .bool(false)])
      #expect(watcher.lost == 0)
      try await watcher.close()
    }
  }
}
