import JSON
import MQTTClient
import TestSupport
import Testing
import TwinProtocol

@Suite("Many updates at once", .serialized)
struct PipelineTests {
  private static let specs = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: counter-model}
    spec:
      protocol: none
      properties:
        - {name: count, type: INT, accessMode: ReadWrite}
    ---
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: counter}
    spec: {deviceModelRef: {name: counter-model}, nodeName: edge-node-1}
    ---
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: other}
    spec: {deviceModelRef: {name: counter-model}, nodeName: edge-node-1}

    """

  /// edgecore with two devices at a broker of the test's, and a client there that hears of `subjects`.
  private struct Setup {
    let broker: TestBroker
    let edge: Installation
    let core: TestProcess
    let client: MQTTClient

    init(hearing subjects: DeviceTopic.Subject...) async throws {
      edge = try Installation()
      broker = try await TestBroker(port: edge.mqttPort)
      core = try await edge.startEdgeCore()
      let applied = try await edge.edgectl("apply", "-f", try edge.folder.write("specs.yaml", PipelineTests.specs))
      try #require(applied.isSuccess, "\(applied.all)")
      client = try MQTTClient(configuration: MQTTConfiguration(host: "127.0.0.1", port: UInt16(edge.mqttPort), clientID: "sender"))
      try client.subscribe(subjects.map { "$hw/events/device/+/+/\($0.rawValue)" })
      try client.connect()
      for await event in client.events {
        if case .connected = event { break }
      }
    }

    func send(_ value: Int, of device: String = "counter") throws {
      let update = TwinUpdate(
        envelope: Envelope(eventID: "\(device)-\(value)", timestamp: 1), twins: ["count": Twin(actual: TwinValue(String(value)))])
      try client.publish(topic: DeviceTopic(DeviceID(name: device), .twinUpdate).description, payload: update.encoded)
    }
  }

  @Test("10,000 values of one device arrive in the order in which they were sent, none lost, none twice")
  func order() async throws {
    let count = 10_000
    let setup = try await Setup(hearing: .twinUpdateResult, .twinUpdateDocument)
    var sent = 0
    var answered = 0
    var seen: [Int] = []
    var last: String?
    // As many as may wait of one device.
    while sent < 256 {
      try setup.send(sent)
      sent += 1
    }
    for await event in setup.client.events {
      guard case .message(let message) = event, let topic = DeviceTopic(message.topic) else { continue }
      if topic.subject == .twinUpdateResult {
        let result = try TwinUpdateResult(decoding: message.payload)
        try #require(result.refusal == nil, "\(result)")
        #expect(result.envelope.eventID == "counter-\(answered)")
        answered += 1
        if sent < count {
          try setup.send(sent)
          sent += 1
        }
      } else {
        let change = try JSONValue(parsing: message.payload).at("twin", "count")
        let value = try #require(change?.at("current", "actual", "value")?.string)
        #expect(change?.at("last", "actual", "value")?.string == last)
        last = value
        seen.append(try #require(Int(value)))
      }
      if answered == count, seen.count == count { break }
    }
    #expect(seen == Array(0..<count))
    await setup.client.close()
    try await setup.core.stop()
  }

  @Test("Each message of a flood about one device is answered, applied or refused, and other devices are served meanwhile")
  func flood() async throws {
    let count = 5_000
    let setup = try await Setup(hearing: .twinUpdateResult)
    for value in 0..<count {
      try setup.send(value)
      if value == count / 2 { try setup.send(1, of: "other") }
    }
    var answers: Set<String> = []
    var applied: [Int] = []
    for await event in setup.client.events {
      guard case .message(let message) = event else { continue }
      let result = try TwinUpdateResult(decoding: message.payload)
      let id = result.envelope.eventID
      #expect(answers.insert(id).inserted, "\(id) is answered twice")
      if let refusal = result.refusal {
        #expect(refusal.code == 429 && id.hasPrefix("counter-"), "\(id): \(refusal)")
      } else if let value = Int(id.dropFirst("counter-".count)), id.hasPrefix("counter-") {
        applied.append(value)
      }
      if answers.count == count + 1 { break }
    }
    #expect(applied == applied.sorted())
    let metrics = try await setup.edge.kubectl("get", "--raw", "/metrics").text
    #expect(metrics.contains("edgecore_messages_overflow_total{queue=\"device\"} \(count - applied.count)\n"), "\(metrics)")
    #expect(metrics.contains("edgecore_messages_received_total{subject=\"twin/update\"} \(count + 1)\n"), "\(metrics)")
    try await eventually("the last value that was applied is served") {
      try await setup.edge.twin("counter", "count").at("reported", "value")?.string == applied.last.map { String($0) }
    }
    await setup.client.close()
    try await setup.core.stop()
  }
}
