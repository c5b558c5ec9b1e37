import JSON
import Logging
import MapperRuntime
import MapperSDK
import TestSupport
import Testing

@Suite("Events at the API")
struct EventPosterTests {
  private static let device = DeviceName(namespace: "default", name: "d")

  /// Runs a poster against an API while the body runs.
  private static func run(_ api: FakeAPI, _ body: @escaping @Sendable (EventPoster) async throws -> Void) async throws {
    var logger = Logger(label: "mapper")
    logger.logLevel = .critical
    let poster = try EventPoster(server: api.url, mapper: "modbus-mapper", node: "n", logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await poster.run() }
      defer { group.cancelAll() }
      try await body(poster)
    }
  }

  @Test("An Event names the device with its identity, and the mapper")
  func object() async throws {
    let api = try FakeAPI()
    var device = Rig.device()
    device["metadata"]?["uid"] = "uid-1"
    api.apply(device)
    try await Self.run(api) { poster in
      poster.post(Self.device, type: .warning, reason: "PollPlanStretched", message: "the plan can't be met")
      try await eventually("the Event") { api.events.count == 1 }
      let event = api.events[0]
      #expect(
        event["involvedObject"] == [
          "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "name": "d", "namespace": "default", "uid": "uid-1",
        ])
      #expect(event["type"] == "Warning")
      #expect(event["reason"] == "PollPlanStretched")
      #expect(event["count"] == 1)
      #expect(event["source"] == ["component": "modbus-mapper", "host": "n"])
      #expect(event["firstTimestamp"]?.string?.hasSuffix("Z") == true)
      try await eventually("it counts as told") { poster.statistics.told == 1 }
    }
  }

  @Test("The same again changes the object; another message makes another; a lost object is made anew")
  func count() async throws {
    let api = try FakeAPI()
    try await Self.run(api) { poster in
      poster.post(Self.device, type: .normal, reason: "Connected", message: "reached")
      try await eventually("the Event") { poster.statistics.told == 1 }
      poster.post(Self.device, type: .normal, reason: "Connected", message: "reached")
      try await eventually("the count") { api.events.first?["count"] == 2 }
      #expect(api.eventRequests == ["POST", "PATCH"])
      poster.post(Self.device, type: .normal, reason: "Connected", message: "reached again")
      try await eventually("the second") { api.events.count == 2 }
      api.forgetEvents()
      poster.post(Self.device, type: .normal, reason: "Connected", message: "reached")
      try await eventually("a new object") { api.events.first?["count"] == 3 }
    }
  }

  @Test("While the server can't take Events they wait, and are told when it can")
  func outage() async throws {
    let api = try FakeAPI()
    api.refuseEvents(503)
    try await Self.run(api) { poster in
      for _ in 0..<5 { poster.post(Self.device, type: .warning, reason: "Stuck", message: "m") }
      try await eventually("a try") { !api.eventRequests.isEmpty }
      #expect(poster.statistics.told == 0)
      api.refuseEvents(nil)
      try await eventually("the Event") { api.events.first?["count"] == 5 }
    }
  }

  @Test("A server that doesn't know Events costs nothing but them")
  func unknown() async throws {
    let api = try FakeAPI()
    api.refuseEvents(404)
    try await Self.run(api) { poster in
      poster.post(Self.device, type: .warning, reason: "Stuck", message: "m")
      try await eventually("the refusal") { poster.statistics.refused == 1 }
      #expect(poster.statistics.waiting == 0)
    }
  }
}
