import Testing

@testable import GPIODriver

@Suite("An edge filter")
struct EdgeFilterTests {
  private func edge(_ isRising: Bool, _ time: Int64) -> EdgeEvent { EdgeEvent(isRising: isRising, time: time) }

  @Test("without debounce takes each edge at its time")
  func plain() {
    var filter = EdgeFilter(level: false, debounce: 0)
    for (place, level) in [true, false, true].enumerated() {
      let (changes, lost) = filter.take(edge(level, Int64(place)))
      #expect(changes == [.init(level: level, time: Int64(place))])
      #expect(lost == 0)
    }
    #expect(filter.deadline == nil)
  }

  @Test("knows that between two alike one is missing", arguments: [true, false])
  func alike(level: Bool) {
    var filter = EdgeFilter(level: !level, debounce: 0)
    #expect(filter.take(edge(level, 1)).lost == 0)
    let (changes, lost) = filter.take(edge(level, 2))
    #expect(lost == 1)
    #expect(changes == [.init(level: level, time: 2)])
    #expect(filter.take(edge(!level, 3)).lost == 0)
  }

  @Test("knows from the level itself that an edge is missing")
  func level() {
    var filter = EdgeFilter(level: false, debounce: 0)
    #expect(filter.correct(false, now: 5) == ([], 0))
    #expect(filter.correct(true, now: 6) == ([.init(level: true, time: 6)], 1))
    #expect(filter.correct(true, now: 7) == ([], 0))
    #expect(filter.level)
  }

  @Test("with debounce has exactly the levels that lasted, whatever the edges' times")
  func debounce() {
    let debounce: Int64 = 10
    let gaps: [Int64] = [1, 9, 10, 25]
    // All ways in which six edges can follow each other.
    for number in 0..<4096 {
      var times: [Int64] = []
      var rest = number
      for _ in 0..<6 {
        times.append((times.last ?? 0) + gaps[rest % 4])
        rest /= 4
      }
      var filter = EdgeFilter(level: false, debounce: debounce)
      var seen: [EdgeFilter.Change] = []
      for (place, time) in times.enumerated() {
        let (changes, lost) = filter.take(edge(place.isMultiple(of: 2), time))
        #expect(lost == 0)
        seen += changes
      }
      seen += filter.settle(now: times[5] + debounce)
      var expected: [EdgeFilter.Change] = []
      for (place, time) in times.enumerated() where place == 5 || times[place + 1] - time >= debounce {
        let level = place.isMultiple(of: 2)
        if level != (expected.last?.level ?? false) { expected.append(.init(level: level, time: time)) }
      }
      #expect(seen == expected, "edges at \(times)")
      #expect(filter.deadline == nil)
    }
  }

  @Test("says when a level will have lasted, and not before")
  func deadline() {
    var filter = EdgeFilter(level: false, debounce: 10)
    _ = filter.take(edge(true, 100))
    #expect(filter.deadline == 110)
    #expect(filter.settle(now: 109) == [])
    #expect(!filter.level)
    #expect(filter.settle(now: 110) == [.init(level: true, time: 100)])
    #expect(filter.level)
    #expect(filter.settle(now: 111) == [])
  }
}

private func == (first: (changes: [EdgeFilter.Change], lost: Int), second: ([EdgeFilter.Change], Int)) -> Bool {
  first.changes == second.0 && first.lost == second.1
}
