import MapperSDK
import Testing

@Suite("A poll plan")
struct PollPlanTests {
  /// A request for each hundred points.
  private let planner: BusScheduler.Planner = { _, points, _ in
    stride(from: 0, to: points.count, by: 100).map { start in
      PlannedRead(points: Array(start..<min(start + 100, points.count)), wireTime: 40_000, summary: "from \(start)")
    }
  }

  private func unit(_ id: UnitID, _ points: Range<Int>, cycle: Int64) -> PollPlan.Unit {
    PollPlan.Unit(id: id, points: points.map { ($0, cycle) })
  }

  @Test("A plan that fits tells its requests, what they cost, and the load")
  func fits() {
    let plan = PollPlan([unit("1", 0..<200, cycle: 1000), unit("2", 200..<300, cycle: 500)], turnaround: 10_000, planner: planner)
    #expect(plan.isMet)
    #expect(plan.stretch == 1)
    #expect(abs(plan.load - 0.2) < 0.01)
    #expect(plan.requests.map(\.unit) == ["1", "1", "2"])
    #expect(plan.requests.map(\.cost) == [50_000, 50_000, 50_000])
    #expect(plan.requests.map { Double($0.count) / Double(plan.duration) * 1000 }.map { ($0 * 10).rounded() / 10 } == [1, 1, 2])
  }

  @Test("One that doesn't names every point that comes too short, and by how much cycles are stretched")
  func overload() {
    let plan = PollPlan([unit("1", 0..<1000, cycle: 400), unit("2", 1000..<1100, cycle: 10_000)], turnaround: 10_000, planner: planner)
    #expect(!plan.isMet)
    #expect(abs(plan.load - 1.255) < 0.02)
    #expect(plan.stretch >= 1.24 && plan.stretch <= 1.4)
    #expect(plan.shortfalls.count == 1100)
    #expect((480...600).contains(plan.shortfalls[0].actual))
  }

  @Test("A cycle longer than time goes on is one of a year")
  func endlessCycle() {
    let plan = PollPlan([unit("1", 0..<100, cycle: .max)], turnaround: 10_000, planner: planner)
    #expect(plan.isMet)
  }

  @Test("Nothing to read is no load")
  func empty() {
    let plan = PollPlan([], turnaround: 10_000, planner: planner)
    #expect(plan.isMet && plan.load == 0 && plan.requests == [])
  }
}
