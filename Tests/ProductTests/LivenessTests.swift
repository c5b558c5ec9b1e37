import JSON
import TestSupport
import Testing

@Suite("A mapper that is gone", .serialized)
struct LivenessTests {
  @Test("Its devices turn unknown and their values uncertain, with the last time online kept; all is well when it is back")
  func mapperGone() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    let time = try await edge.valuesMove()
    try await mapper.kill()
    try await eventually("the devices unknown") {
      try await edge.object("device", "temperature").at("status", "state") == "unknown"
    }
    let device = try await edge.object("device", "temperature")
    #expect(device.at("status", "lastOnlineTime") != nil)
    let reported = try await edge.twin("temperature", "temperature-status")["reported"]
    #expect(reported?.at("metadata", "quality") == "uncertain")
    #expect(reported?.at("metadata", "reason") == "the mapper temperature-mapper is gone")
    #expect(try await edge.reportedTime() >= time)
    try await core.line(containing: "mapper temperature-mapper is gone")

    let restarted = try await edge.startMapper()
    try await edge.valuesMove(after: try await edge.reportedTime())
    try await eventually("the device online and its value good") {
      let isOnline = try await edge.object("device", "temperature").at("status", "state") == "online"
      return try await edge.twin("temperature", "temperature-status").at("reported", "metadata", "quality") == nil && isOnline
    }
    #expect(restarted.isRunning)
  }
}
