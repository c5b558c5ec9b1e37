import Glibc
import JSON
import TestSupport
import Testing

@Suite("Every part killed while running", .serialized)
struct RecoveryTests {
  @Test("edgecore: what was reported and desired is there again, and the mapper goes on by itself")
  func edgeCore() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    _ = try await edge.edgectl("set", "temperature", "target=80")
    try await eventually("target reported") { try await edge.twin("temperature", "target").at("reported", "value")?.string == "80" }
    let time = try await edge.valuesMove()
    try await core.kill()

    let refused = try await edge.kubectl("patch", "device", "temperature", "--type=merge", "-p", #"{"metadata":{"labels":{"a":"b"}}}"#)
    #expect(!refused.isSuccess)
    #expect(refused.all.contains("refused"), "\(refused.all)")
    let refusedSet = try await edge.edgectl("set", "temperature", "target=60")
    #expect(!refusedSet.isSuccess)
    #expect(refusedSet.all.contains("Is edgecore running?"), "\(refusedSet.all)")

    let restarted = try await edge.startEdgeCore()
    let target = try await edge.twin("temperature", "target")
    #expect(target.at("desired", "value") == "80")
    #expect(target.at("reported", "value") == "80")
    #expect(try await edge.reportedTime() >= time)
    try await edge.valuesMove(after: try await edge.reportedTime())
    #expect(mapper.isRunning)
    try await restarted.line(containing: "broker adopted")
    let broker = try edge.brokerPID()
    #expect(try await restarted.stop() == .code(0))
    try await eventually("the adopted broker stopped too") { kill(broker, 0) != 0 }
  }

  @Test("the mapper: its devices' values stay, it comes back to them, and writes nothing again that was written")
  func mapper() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    _ = try await edge.edgectl("set", "temperature", "target=80")
    try await eventually("target reported") { try await edge.twin("temperature", "target").at("reported", "value")?.string == "80" }
    let time = try await edge.valuesMove()
    try await mapper.kill()
    #expect(try await edge.reportedTime() >= time)

    let set = try await edge.edgectl("set", "temperature", "target=75")
    #expect(set.isSuccess, "\(set.all)")
    #expect(try await edge.twin("temperature", "target").at("reported", "value") == "80")
    let restarted = try await edge.startMapper()
    try await eventually("the desired value set meanwhile") {
      try await edge.twin("temperature", "target").at("reported", "value")?.string == "75"
    }
    try await edge.valuesMove(after: try await edge.reportedTime())
    #expect(core.isRunning && restarted.isRunning)
  }

  @Test("the broker: edgecore starts it again, and both others go on by themselves")
  func broker() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    let time = try await edge.valuesMove()
    let pid = try edge.brokerPID()
    #expect(kill(pid, SIGKILL) == 0)
    try await eventually("another broker") { try edge.brokerPID() != pid }
    try await core.line { $0.contains("broker ended") && $0.contains("signal") && $0.contains("9") }
    try await edge.valuesMove(after: max(time, try await edge.reportedTime()))
    _ = try await edge.edgectl("set", "temperature", "target=66")
    try await eventually("a delta after the broker's restart") {
      try await edge.twin("temperature", "target").at("reported", "value")?.string == "66"
    }
    #expect(core.isRunning && mapper.isRunning)
  }
}
