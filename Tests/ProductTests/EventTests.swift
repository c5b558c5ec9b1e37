import JSON
import Logging
import MapperRuntime
import MapperSDK
import TestSupport
import Testing

@Suite("Events with kubectl", .serialized)
struct EventTests {
  @Test("kubectl shows Events in a list, a watch and with their device, by name and by selector")
  func kubectl() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    try await edge.applyTemperature()
    let uid = try await edge.object("device", "temperature").at("metadata", "uid")?.string ?? ""
    func event(_ generateName: String, _ device: String) -> String {
      """
      apiVersion: v1
      kind: Event
      metadata:
        generateName: \(generateName)
      involvedObject:
        apiVersion: devices.kubeedge.io/v1beta1
        kind: Device
        name: \(device)
        namespace: default
        uid: "\(device == "temperature" ? uid : "other")"
      reason: PollPlanStretched
      message: the plan of \(device) can't be met
      type: Warning
      count: 3
      firstTimestamp: "2026-11-23T09:00:00Z"
      lastTimestamp: "2026-11-23T09:30:00Z"
      source:
        component: modbus-mapper
      """
    }
    let watcher = try await TestProcess(
      try Executables.kubectl(),
      [
        "-s", edge.server, "--cache-dir", edge.folder.path("cache"), "get", "events", "--field-selector",
        "involvedObject.name=temperature", "-w",
      ])
    for device in ["pump", "temperature"] {
      let created = try await edge.kubectl("create", "-f", "-", input: event("\(device).", device))
      #expect(created.isSuccess, "\(created.all)")
    }
    try await watcher.line(containing: "the plan of temperature can't be met")
    #expect(!watcher.stdout.contains("pump"))
    watcher.send(15)
    let list = try await edge.kubectl("get", "events")
    #expect(list.text.hasPrefix("LAST SEEN   TYPE      REASON              OBJECT               MESSAGE\n"), "\(list.all)")
    #expect(list.text.contains("Warning   PollPlanStretched   device/temperature   the plan of temperature can't be met"))
    let all = try await edge.kubectl("get", "ev", "-A", "--field-selector", "type!=Normal", "-o", "name")
    #expect(all.text.split(separator: "\n").count == 2, "\(all.all)")
    let described = try await edge.kubectl("describe", "device", "temperature")
    #expect(described.text.contains("PollPlanStretched"), "\(described.all)")
    #expect(described.text.contains("(x3 over "))
    #expect(!described.text.contains("the plan of pump"))
    let explained = try await edge.kubectl("explain", "event.involvedObject")
    #expect(explained.text.contains("fieldPath"), "\(explained.all)")
    let resources = try await edge.kubectl("api-resources", "--no-headers")
    #expect(resources.text.contains("events"), "\(resources.all)")
    _ = core
  }

  @Test("What a mapper posts is shown with the device, counted up, and told late when edgecore was away")
  func poster() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    try await edge.applyTemperature()
    var logger = Logger(label: "mapper")
    logger.logLevel = .critical
    let poster = try EventPoster(server: edge.server, mapper: "modbus-mapper", node: "edge-node-1", logger: logger)
    let device = DeviceName(namespace: "default", name: "temperature")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await poster.run() }
      defer { group.cancelAll() }
      poster.post(device, type: .warning, reason: "PollPlanStretched", message: "the plan can't be met")
      try await eventually("the Event") { poster.statistics.told == 1 }
      poster.post(device, type: .warning, reason: "PollPlanStretched", message: "the plan can't be met")
      try await eventually("the count") { poster.statistics.told == 2 }
      let described = try await edge.kubectl("describe", "device", "temperature")
      #expect(described.text.contains("(x2 over "), "\(described.all)")
      #expect(described.text.contains("modbus-mapper"))
      core.send(9)
      core.waitForEnd()
      poster.post(device, type: .normal, reason: "PollPlanMet", message: "the plan is met again")
      let again = try await edge.startEdgeCore()
      try await eventually("the late Event") { poster.statistics.told == 3 }
      let list = try await edge.kubectl("get", "events", "--field-selector", "reason=PollPlanMet", "-o", "jsonpath={.items[*].type}")
      #expect(list.text == "Normal", "\(list.all)")
      _ = again
    }
  }

  @Test("An acknowledged Event survives a kill")
  func survives() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let created = try await edge.kubectl(
      "create", "-f", "-",
      input: """
        apiVersion: v1
        kind: Event
        metadata:
          name: pump.1
        involvedObject:
          kind: Device
          name: pump
        reason: Stuck
        """)
    #expect(created.isSuccess, "\(created.all)")
    core.send(9)
    core.waitForEnd()
    let again = try await edge.startEdgeCore()
    #expect(try await edge.kubectl("get", "event", "pump.1", "-o", "jsonpath={.reason}").text == "Stuck")
    _ = again
  }
}
