import EdgeCore
import JSON
import Logging
import TestSupport
import Testing
import TwinProtocol

@Suite("Mappers that are there")
struct MapperPresenceTests {
  private static func status(_ isOnline: Bool, heartbeat: Int64? = nil) -> PeerStatus {
    PeerStatus(
      envelope: Envelope(eventID: "", timestamp: 0), isOnline: isOnline, node: "edge-node-1", protocolName: "modbus", heartbeat: heartbeat)
  }

  @Test("One that shows itself in time stays; one that misses three times is gone, once")
  func heartbeats() {
    var presences = MapperPresences()
    let first = presences.heard("m", Self.status(true, heartbeat: 15_000), uptime: 1_000)
    #expect(first.change == .appeared && first.isToBeTold)
    for step in 1...10 as ClosedRange<Int64> {
      let uptime = 1_000 + step * 15_000
      #expect(presences.takeOverdue(now: 0, uptime: uptime).isEmpty)
      let again = presences.heard("m", Self.status(true, heartbeat: 15_000), uptime: uptime)
      #expect(again.change == nil && again.isToBeTold)
      let soon = presences.heard("m", Self.status(true, heartbeat: 15_000), uptime: uptime)
      #expect(soon.change == nil && !soon.isToBeTold, "a flood looks through no devices")
    }
    #expect(presences.takeOverdue(now: 7, uptime: 151_000 + 44_999).isEmpty)
    let overdue = presences.takeOverdue(now: 7, uptime: 151_000 + 45_000)
    #expect(overdue.map(\.name) == ["m"])
    #expect(
      overdue.first?.status
        == PeerStatus(envelope: Envelope(eventID: "", timestamp: 7), isOnline: false, node: "edge-node-1", protocolName: "modbus"))
    #expect(presences.takeOverdue(now: 7, uptime: .max).isEmpty)
    let back = presences.heard("m", Self.status(true, heartbeat: 15_000), uptime: 300_000)
    #expect(back.change == .appeared)
  }

  @Test("One that says nothing of heartbeats is gone by its word or its will, or after three silent hours")
  func silent() {
    var presences = MapperPresences()
    _ = presences.heard("m", Self.status(true), uptime: 0)
    #expect(presences.takeOverdue(now: 0, uptime: 3 * 3_600_000 - 1).isEmpty)
    let (gone, again) = (presences.heard("m", Self.status(false), uptime: 1), presences.heard("m", Self.status(false), uptime: 2))
    #expect(gone.change == .left && gone.isToBeTold && again.change == nil && !again.isToBeTold)
  }

  @Test("One that goes takes only its own devices along, not those that another one serves by now")
  func ownDevicesOnly() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let protocolName = try await edge.meta.write { $0.twin(DeviceID(name: "boiler"))?.protocolName }
      func tell(_ mapper: String, _ isOnline: Bool) async throws {
        let status = PeerStatus(
          envelope: Envelope(eventID: "", timestamp: 0), isOnline: isOnline, node: "edge-node-1", protocolName: protocolName)
        _ = try await edge.receive(
          NodeTopic.mapperStatus(mapper: mapper).description, String(decoding: status.encoded, as: UTF8.self))
      }
      func state() async throws -> JSONValue? { try await edge.call("GET", Samples.devices + "/boiler").json.at("status", "state") }
      try await tell("old-pod", true)
      try await tell("new-pod", true)
      _ = try await edge.receive(Samples.topic("boiler", .stateUpdate), #"{"state":"online"}"#)
      try await tell("old-pod", false)
      #expect(try await state() == "online")
      try await tell("new-pod", false)
      #expect(try await state() == "unknown")
    }
  }

  @Test("A heartbeat that makes no sense is taken for one that does", arguments: [Int64.min, -1, 0, .max])
  func nonsense(heartbeat: Int64) {
    var presences = MapperPresences()
    _ = presences.heard("m", Self.status(true, heartbeat: heartbeat), uptime: 0)
    #expect(presences.takeOverdue(now: 0, uptime: 2_999).isEmpty)
    #expect(presences.takeOverdue(now: 0, uptime: 3 * 3_600_000).count == 1)
  }

  @Test(
    "One from before this start has a minute to show itself; then its devices are unknown, their values uncertain, and the time they were last reached is kept"
  )
  func fromBefore() async throws {
    let folder = try TestFolder()
    let clock = ManualClock()
    let topic = NodeTopic.mapperStatus(mapper: "modbus-mapper").description
    try await EdgeFixture.with(folder, clock: clock) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let protocolName = try await edge.meta.write { $0.twin(DeviceID(name: "boiler"))?.protocolName }
      let online = PeerStatus(
        envelope: Envelope(eventID: "", timestamp: 0), isOnline: true, node: "edge-node-1", protocolName: protocolName, heartbeat: 15_000)
      _ = try await edge.receive(topic, String(decoding: online.encoded, as: UTF8.self))
      _ = try await edge.receive(Samples.topic("boiler", .stateUpdate), #"{"state":"online"}"#)
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"twin":{"target":{"actual":{"value":"50"}}}}"#)
    }
    let reachedAt = clock.now
    clock.advance(by: 3_000)
    try await EdgeFixture.with(folder, clock: clock) { edge in
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      let liveness = MapperLiveness(meta: edge.meta, clock: clock, logger: logger) { message in
        guard case .payload(let payload) = message.content else { return }
        _ = try? await edge.receive(topic, String(decoding: payload, as: UTF8.self))
      }
      await liveness.expectKnown()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await liveness.run() }
        defer { group.cancelAll() }
        func boiler() async throws -> JSONValue { try await edge.call("GET", Samples.devices + "/boiler").json }
        try await eventually("it watches") { clock.sleeperCount >= 2 }
        for _ in 0..<11 {
          clock.advance(by: 5_000)
          try await eventually("it has looked") { clock.sleeperCount >= 2 }
          #expect(try await boiler().at("status", "state") == "online")
        }
        try await eventually("unknown") {
          clock.advance(by: 5_000)
          return try await boiler().at("status", "state") == "unknown"
        }
        let status = try await boiler()["status"]
        #expect(status?["lastOnlineTime"]?.string == Timestamp.rfc3339(reachedAt))
        let target = status?["twins"]?.array?.first { $0["propertyName"] == "target" }
        #expect(target?.at("reported", "metadata", "quality") == "uncertain")
        #expect(target?.at("reported", "metadata", "reason") == "the mapper modbus-mapper is gone")
      }
    }
  }
}
