public import JSON
import MQTTClient
import Synchronization
public import TestSupport

/// edgecore of KubeEdge 1.9.2 on a broker, as far as mappers see it.
public final class FakeKubeEdge: Sendable {
  private let client: MQTTClient
  private let core: Mutex<KubeEdgeCore>
  private let clock = Mutex<Int64>(1_795_411_140_000)

  /// A core with these devices.
  public init(_ broker: TestBroker, devices: [String: [String: KubeEdgeCore.Attribute]]) throws {
    var core = KubeEdgeCore()
    core.devices = devices
    self.core = Mutex(core)
    client = try MQTTClient(configuration: MQTTConfiguration(host: "127.0.0.1", port: UInt16(broker.port), clientID: "hub-client-sub-1"))
    // What it subscribes to: topics with a namespace aren't among it.
    try client.subscribe(["$hw/events/device/+/state/update", "$hw/events/device/+/twin/+", "$hw/events/node/+/membership/get"])
    try client.connect()
  }

  /// Serves until cancelled.
  public func run() async {
    for await event in client.events {
      guard case .message(let message) = event else { continue }
      let now = tick()
      publish(core.withLock { $0.handle(topic: message.topic, payload: message.payload, now: now) })
    }
  }

  /// The core as it is now.
  public var now: KubeEdgeCore { core.withLock { $0 } }

  /// The reported value of a property.
  public func actual(_ property: String, of device: String) -> String? { now.devices[device]?[property]?.actual }

  /// The cloud wishes a value.
  public func desire(_ value: String, of property: String, device: String) {
    let now = tick()
    publish(core.withLock { $0.desire(value, of: property, device: device, now: now) })
  }

  /// The cloud adds a device.
  public func add(_ device: String, _ attributes: [String: KubeEdgeCore.Attribute]) {
    core.withLock { $0.devices[device] = attributes }
  }

  /// Says once more what it has said.
  public func publish(_ topic: String, _ payload: JSONValue) {
    try? client.publish(topic: topic, payload: Array(payload.text.utf8))
  }

  private func publish(_ messages: [KubeEdgeCore.Message]) {
    for message in messages { publish(message.topic, message.payload) }
  }

  private func tick() -> Int64 {
    clock.withLock { time in
      time += 1
      return time
    }
  }
}
