import Glibc
import JSON
import TestSupport
import Testing

@Suite("Mappers killed at work", .serialized)
struct MapperKillTests {
  @Test("Whatever dies with it, what the mapper reads next is what edgecore has; a value from before doesn't come back")
  func nextReadWins() async throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("mappers killed at work: seed \(seed)")
    var random = SplitMix(seed: seed)
    let edge = try Installation()
    let meter = try MeterLine(.tcp)
    let simulator = try await meter.simulate()
    var core = try await edge.startEdgeCore()
    for file in ["device-model.yaml", "device.yaml"] {
      let applied = try await edge.kubectl("apply", "-f", "\(meter.devices)/\(file)")
      try #require(applied.isSuccess, "\(applied.all)")
    }
    var last: Int64 = 0
    for round in 0..<6 {
      let mapper = try await startMapper(edge, meter)
      last = try await edge.valuesMove(after: last, "demo-meter", "setpoint")
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &random)))
      try await mapper.kill()
      // Somebody turns the knob while nobody looks.
      let knob = "\(41 + round)"
      let turned = try await meter.run("write", "-f", meter.devices, "demo-meter", "setpoint=\(knob)")
      try #require(turned.exit == .code(0), "\(turned.stderr)")
      switch round % 3 {
      case 1:
        try await core.kill()
        core = try await edge.startEdgeCore()
      case 2: kill(try edge.brokerPID(), SIGKILL)
      default: break
      }
      #expect(try await edge.reportedTime("demo-meter", "setpoint") >= last)
      let next = try await startMapper(edge, meter)
      try await eventually("setpoint \(knob)") {
        let reported = try await edge.twin("demo-meter", "setpoint")["reported"]
        return reported?["value"]?.string.flatMap(Double.init) == Double(knob) && reported?.at("metadata", "quality") == nil
      }
      last = try await edge.reportedTime("demo-meter", "setpoint")
      #expect(next.isRunning && core.isRunning && simulator.isRunning)
      try await next.kill()
    }
  }

  private func startMapper(_ edge: Installation, _ meter: MeterLine) async throws -> TestProcess {
    try await TestProcess(
      meter.mapper,
      [
        "--node-name", "edge-node-1", "--api-server", edge.server, "--mqtt-server", "tcp://127.0.0.1:\(edge.mqttPort)", "--http-port",
        "off",
        "--state-directory", edge.folder.path("mapper"),
      ], environment: ["MAPPER_MQTT_CREDENTIALS": edge.mapperLogin])
  }
}
