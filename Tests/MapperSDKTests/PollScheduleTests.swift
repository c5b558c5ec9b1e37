import MapperSDK
import Testing

@Suite("The poll schedule")
struct PollScheduleTests {
  @Test("Everything is due at once at the start, then on the grid")
  func start() {
    var schedule = PollSchedule(cycles: [("a", 1000), ("b", 500)], phase: 0, now: 10_250)
    #expect(schedule.nextDeadline == 10_250)
    #expect(schedule.due(at: 10_249) == [])
    #expect(schedule.due(at: 10_250) == ["a", "b"])
    #expect(schedule.due(at: 10_250) == [])
    #expect(schedule.nextDeadline == 10_500)
    #expect(schedule.due(at: 10_500) == ["b"])
    #expect(schedule.nextDeadline == 11_000)
    #expect(schedule.due(at: 11_000) == ["a", "b"])
    #expect(schedule.missed == 0)
  }

  @Test("A late call doesn't shift what follows")
  func noDrift() {
    var schedule = PollSchedule(cycles: [("a", 100)], now: 0)
    var now: Int64 = 0
    for step in 0..<1000 {
      #expect(schedule.due(at: now) == ["a"])
      #expect(schedule.nextDeadline == Int64(step + 1) * 100)
      now = Int64(step + 1) * 100 + Int64(step % 99)
    }
    #expect(schedule.missed == 0)
  }

  @Test("Deadlines passed over are counted and not made up for")
  func missed() {
    var schedule = PollSchedule(cycles: [("a", 100), ("b", 1000)], now: 0)
    _ = schedule.due(at: 0)
    #expect(schedule.due(at: 550) == ["a"])
    #expect(schedule.missed("a") == 4)
    #expect(schedule.missed("b") == 0)
    #expect(schedule.nextDeadline == 600)
    #expect(schedule.due(at: 3000) == ["a", "b"])
    #expect(schedule.missed("a") == 4 + 24)
    #expect(schedule.missed("b") == 2)
    #expect(schedule.missed == 30)
    #expect(schedule.missed("c") == 0)
    #expect(schedule.due(at: 3000) == [])
  }

  @Test("A phase shifts the whole grid, so that multiples still meet", arguments: [0, 1, 37, 999, 59_999, -3] as [Int64])
  func phase(phase: Int64) {
    var schedule = PollSchedule(cycles: [("a", 250), ("b", 1000)], phase: phase, now: 5)
    _ = schedule.due(at: 5)
    var times: [Int64] = []
    for _ in 0..<40 {
      guard let deadline = schedule.nextDeadline else { break }
      let due = schedule.due(at: deadline)
      #expect(due.contains("a"))
      if due.contains("b") { times.append(deadline) }
      #expect((deadline - phase) % 250 == 0)
    }
    #expect(times.count == 10)
    #expect(times.allSatisfy { ($0 - phase) % 1000 == 0 })
  }

  @Test("Other cycles take effect at once; what stays keeps its deadline and its count")
  func update() {
    var schedule = PollSchedule(cycles: [("a", 1000), ("b", 10_000), ("c", 100)], now: 0)
    _ = schedule.due(at: 0)
    _ = schedule.due(at: 350)
    schedule.update(cycles: [("d", 1000), ("a", 1000), ("b", 100)], now: 360)
    #expect(schedule.due(at: 360) == ["d"])
    #expect(schedule.nextDeadline == 400)
    #expect(schedule.due(at: 400) == ["b"])
    #expect(schedule.due(at: 1000) == ["d", "a", "b"])
    #expect(schedule.missed("b") == 5)
    schedule.update(cycles: [("a", 60_000)], now: 1000)
    #expect(schedule.nextDeadline == 2000, "a longer cycle begins after the deadline that was set")
    schedule.update(cycles: [], now: 1000)
    #expect(schedule.nextDeadline == nil)
    #expect(schedule.due(at: 100_000) == [])
  }

  @Test("A cycle below a millisecond counts as one")
  func tiny() {
    var schedule = PollSchedule(cycles: [("a", 0), ("b", -5)], now: 0)
    #expect(schedule.due(at: 0) == ["a", "b"])
    #expect(schedule.nextDeadline == 1)
  }
}
