import EdgeCore
import Foundation
import JSON
import Testing
import TwinProtocol

/// What KubeEdge 1.23 answered to the same messages, one after the other.
///
/// A vector with `deviates` says why we answer otherwise, and `ours` what; what it did to the twin is undone then, so
/// that the next vector meets the twin that KubeEdge had.
@Suite("KubeEdge's answers to twin updates")
struct TwinVectorTests {
  private static let id = DeviceID(name: "dev1")

  @Test("Every recorded exchange is answered alike, or deviates for a reason")
  func vectors() throws {
    let url = try #require(Bundle.module.url(forResource: "Vectors/twin-updates", withExtension: "json"))
    let vectors = try #require(try JSONValue(parsing: Data(contentsOf: url)).array)
    #expect(vectors.count == 50)
    var twin = Self.recordedDevice()
    for vector in vectors {
      let name = vector["case"]?.string ?? ""
      let topic = DeviceTopic(Self.id, try #require(DeviceTopic.Subject(rawValue: vector["subject"]?.string ?? "")))
      let message = try #require(
        InboundMessage(topic: topic.description, content: .payload(Array((vector["payload"]?.string ?? "").utf8))))
      var draft = MetaDraft(base: MetaState(twins: [Self.id: twin]))
      TwinDispatcher(node: "edge-node1", makeID: { "" }).handle(message, draft: &draft, now: 1_795_411_140_000)
      let answers = draft.messages.compactMap { Self.normalized($0) }
      let expected = (vector["ours"] ?? vector["results"])?.array ?? []
      if answers != expected {
        Issue.record("\(name)\nexpected \(JSONValue.array(expected).text)\nanswered \(JSONValue.array(answers).text)")
      }
      if vector["deviates"] == nil, let after = draft.twin(Self.id) { twin = after }
    }
  }

  /// The device as the recording's cloud had added it.
  private static func recordedDevice() -> DeviceTwinState {
    var twin = DeviceTwinState()
    for (name, type, value) in [
      ("temperature", "int", "20"), ("status", "string", "off"), ("ratio", "float", "0.5"), ("enabled", "boolean", "true"),
    ] {
      var property = TwinProperty(type: type, optional: false)
      property.expected = TwinValue(value, timestamp: 1_795_411_135_997)
      twin.properties[name] = property
    }
    return twin
  }

  /// A message in the recording's form: times are 0, ids that edgecore makes are empty, the old topic shape is left out, and so
  /// is `written`, which is ours and passed over by clients of KubeEdge.
  private static func normalized(_ message: OutboundMessage) -> JSONValue? {
    guard let topic = DeviceTopic(message.topic), case .namespaced = topic.address, let payload = try? JSONValue(parsing: message.payload)
    else { return nil }
    return ["subject": .string(topic.subject.rawValue), "payload": withoutTimes(payload)]
  }

  private static func withoutTimes(_ json: JSONValue) -> JSONValue {
    switch json {
    case .object(let object):
      .object(
        JSONObject(
          object.filter { $0.key != "written" }.map {
            ($0.key, $0.key == "timestamp" && $0.value.integer != nil ? 0 : withoutTimes($0.value))
          }))
    case .array(let elements): .array(elements.map(withoutTimes))
    default: json
    }
  }
}
