import CoreMetrics
import JSON
import MapperRuntime
import MapperSDK
import Prometheus
import TestSupport
import Testing

@Suite("A bus that is asked for more than it can do")
struct OverloadTests {
  /// Once for all tests of this process, which the metrics are of.
  private static let bootstrapped: Void = MetricsSystem.bootstrap(PrometheusRegistry())

  @Test("The advice names those that ask for most, and nothing where nothing was measured")
  func advice() {
    func name(_ name: String) -> DeviceName { DeviceName(namespace: "default", name: name) }
    #expect(PollPlanAdvice([(name("a"), 0)]).description == "")
    let advice = PollPlanAdvice([(name("a"), 0.2), (name("b"), 1), (name("c"), 0.6), (name("d"), 0.2)]).description
    #expect(advice.hasSuffix("is that of default/b 50 %, default/c 30 %, default/a 10 %"), "\(advice)")
  }

  @Test("It says so in an Event of its devices and in the metrics")
  func overload() async throws {
    _ = Self.bootstrapped
    let port = freePort()
    try await Rig.run(httpPort: port) { api, driver in
      driver.plant.set("t", .int(7))
      driver.plant.set("u", .string("x"))
      driver.plant.slowDown(microseconds: 20_000)
      api.apply(Rig.model)
      api.apply(Rig.device("d", cycle: 20))
    } _: { rig in
      let plant = rig.driver.plant
      // Only a bus that falls behind is taken for one that has too much to do.
      plant.hold("bus")
      try await eventually("a read that hangs") { plant.isBlocked }
      let start = SystemClock.uptime()
      try await eventually("several cycles pass") { SystemClock.uptime() > start + 200 }
      plant.release()
      try await eventually("the Event") { rig.api.events.contains { $0["reason"] == "PollPlanStretched" } }
      #expect(rig.api.events.first?.at("involvedObject", "name") == "d")
      let message = rig.api.events.first { $0["reason"] == "PollPlanStretched" }?["message"]?.string ?? ""
      #expect(message.contains("A longer collectCycle, or a faster line, mends that"), "\(message)")
      #expect(message.hasSuffix("default/d 100 %"), "\(message)")
      let url = "http://127.0.0.1:\(port)/metrics"
      let expected = [
        "# TYPE mapper_property_missed_deadlines_total counter\n",
        "mapper_property_missed_deadlines_total{device=\"d\",namespace=\"default\",property=\"t\"}",
        "mapper_bus_missed_deadlines_total{bus=\"bus\"}", "mapper_bus_cycle_stretch_ratio{bus=\"bus\"}", "mapper_events_told_total",
      ]
      try await eventually("the metrics") {
        let text = try await TestProcess.run("curl", ["--silent", "--max-time", "20", url]).stdout
        return expected.allSatisfy(text.contains) && !text.contains("mapper_bus_cycle_stretch_ratio{bus=\"bus\"} 1\n")
          && !text.contains("mapper_bus_missed_deadlines_total{bus=\"bus\"} 0\n")
      }
    }
  }
}
