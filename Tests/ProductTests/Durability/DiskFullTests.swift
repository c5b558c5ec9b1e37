import APIClient
import Glibc
import JSON
import MQTTClient
import TestSupport
import Testing
import TwinProtocol

@Suite("A full disk", .serialized)
struct DiskFullTests {
  private static let objects = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: notes}
    spec:
      properties: [{name: text, type: STRING, accessMode: ReadOnly}]
    ---
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: board, namespace: default}
    spec:
      deviceModelRef: {name: notes}
      nodeName: edge-node-1
      properties: [{name: text}]
    """

  /// A client that waits for each answer.
  private struct Client {
    let mqtt: MQTTClient
    private static let board = DeviceID(name: "board")

    init(_ edge: Installation) async throws {
      mqtt = try MQTTClient(configuration: try edge.client("writer"))
      try mqtt.subscribe(["$hw/events/device/+/+/twin/update/result", "$hw/events/device/+/+/twin/get/result"])
      try mqtt.connect()
      for await event in mqtt.events {
        if case .connected = event { break }
      }
    }

    /// Waits until the broker is there again.
    private func connected() async throws { try await eventually("the client connected") { mqtt.isConnected } }

    /// Reports a text, long enough to need space; `nil` when it was taken.
    func report(_ number: Int) async throws -> Refusal? {
      let text = "\(number) " + String(repeating: "x", count: 60_000)
      let update = TwinUpdate(
        envelope: Envelope(eventID: "e\(number)", timestamp: 0), twins: ["text": Twin(actual: TwinValue(text))])
      try await connected()
      try mqtt.publish(topic: DeviceTopic(Self.board, .twinUpdate).description, payload: update.encoded)
      for await event in mqtt.events {
        guard case .message(let message) = event, DeviceTopic(message.topic)?.subject == .twinUpdateResult else { continue }
        let receipt = try TwinUpdateReceipt(decoding: message.payload)
        if receipt.envelope.eventID == "e\(number)" { return receipt.refusal }
      }
      throw TestSupportError("no answer")
    }

    /// The number of the text that edgecore has.
    func stored() async throws -> Int? {
      try await connected()
      try mqtt.publish(topic: DeviceTopic(Self.board, .twinGet).description, payload: Array("{}".utf8))
      for await event in mqtt.events {
        guard case .message(let message) = event, DeviceTopic(message.topic)?.subject == .twinGetResult else { continue }
        let text = try TwinGetResult(decoding: message.payload).outcome.get()["text"]?.actual?.value
        return text.flatMap { Int($0.prefix { $0 != " " }) }
      }
      throw TestSupportError("no answer")
    }
  }

  @Test("Updates are refused with a sentence while reads go on; when there is space again so do updates, and nothing acknowledged is lost")
  func whileRunning() async throws {
    let edge = try Installation()
    let disk = try await edge.smallDisk(megabytes: 12)
    let core = try await edge.startEdgeCore(on: disk)
    let applied = try await edge.kubectl("apply", "-f", "-", input: Self.objects)
    try #require(applied.isSuccess, "\(applied.all)")
    let client = try await Client(edge)
    #expect(try await client.report(1) == nil)
    try disk.fill()
    var acknowledged = 1
    var refusal: Refusal?
    while refusal == nil, acknowledged < 1_000 {
      refusal = try await client.report(acknowledged + 1)
      if refusal == nil { acknowledged += 1 }
    }
    #expect(refusal?.code == 500)
    #expect(refusal?.reason.contains("the disk is full") == true, "\(String(describing: refusal))")
    for _ in 1...20 { #expect(try await client.report(acknowledged + 1) != nil) }

    #expect(try await client.stored() == acknowledged)
    #expect(try await edge.kubectl("get", "device", "board").isSuccess)
    let patched = try await edge.kubectl("label", "device", "board", "a=b")
    #expect(!patched.isSuccess && patched.all.contains("the disk is full"), "\(patched.all)")
    let ready = try await APIClient(server: edge.server).request("GET", "/readyz")
    #expect(ready.status == 503)
    #expect(String(decoding: ready.body, as: UTF8.self).contains("[-]database failed"))

    disk.free()
    try await eventually("ready again") { try await edge.kubectl("get", "--raw", "/readyz").isSuccess }
    #expect(try await client.report(acknowledged + 1) == nil)
    #expect(core.stderr.split(separator: "\n").count { $0.contains("updates are refused") } == 1, "\(core.stderr)")
    #expect(core.stderr.contains("the database can be written again"), "\(core.stderr)")

    try await core.kill()
    let restarted = try await edge.startEdgeCore(on: disk)
    #expect(try await client.stored() == acknowledged + 1)
    #expect(!restarted.stderr.contains("error"), "\(restarted.stderr)")
    await client.mqtt.close()
  }

  @Test("An edgecore that starts on a full disk serves what is stored, and takes updates when there is space", arguments: [true, false])
  func atStart(wasKilled: Bool) async throws {
    let edge = try Installation()
    let disk = try await edge.smallDisk(megabytes: 12)
    let core = try await edge.startEdgeCore(on: disk)
    #expect(try await edge.kubectl("apply", "-f", "-", input: Self.objects).isSuccess)
    let client = try await Client(edge)
    #expect(try await client.report(1) == nil)
    if wasKilled { try await core.kill() } else { try await core.stop() }
    try disk.fill()
    let restarted = try await edge.launchEdgeCore(on: disk)
    try await eventually("the API") { try await edge.kubectl("get", "device", "board").isSuccess }
    // The broker of one that was killed is still there; another one needs some space of its own.
    if wasKilled { #expect(try await client.stored() == 1) }
    disk.free()
    try await eventually("ready") { try await edge.kubectl("get", "--raw", "/readyz").isSuccess }
    #expect(try await client.stored() == 1)
    #expect(try await client.report(2) == nil)
    #expect(restarted.isRunning)
    await client.mqtt.close()
  }
}
