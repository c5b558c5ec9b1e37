import FakeKubeEdge
import Foundation
import JSON
import Testing

/// The core that mappers are tested under has to be like the real one.
@Suite("The tests' KubeEdge core")
struct KubeEdgeVectorTests {
  @Test("It answers as edgecore 1.9.2 answered, message by message")
  func vectors() throws {
    let url = try #require(Bundle.module.url(forResource: "Vectors/kubeedge-1.9.2", withExtension: "json"))
    let vectors = try #require(try JSONValue(parsing: Data(contentsOf: url)).array)
    #expect(vectors.count == 58)
    var core = KubeEdgeCore()
    for vector in vectors {
      if vector["isKnown"] == true, core.devices.isEmpty {
        core.devices["dev1"] = [
          "temperature": .init(type: "int", expected: "20"), "status": .init(type: "string", expected: "off"),
          "ratio": .init(type: "float", expected: "0.5"), "enabled": .init(type: "boolean", expected: "true"),
        ]
      }
      let subject = try #require(vector["subject"]?.string)
      let payload = Array(try #require(vector["payload"]?.string).utf8)
      let answers = core.handle(topic: "$hw/events/device/dev1/\(subject)", payload: payload, now: 1).map { message -> JSONValue in
        var payload = Self.withoutTimes(message.payload)
        if message.topic.hasSuffix("delta") || message.topic.contains("state") { payload["event_id"] = nil }
        return ["topic": .string(message.topic), "payload": payload]
      }
      let expected = vector["answers"]?.array ?? []
      if answers != expected {
        Issue.record(
          "\(vector["case"]?.string ?? "")\nexpected \(JSONValue.array(expected).text)\nanswered \(JSONValue.array(answers).text)")
      }
    }
  }

  private static func withoutTimes(_ value: JSONValue) -> JSONValue {
    guard case .object(let members) = value else { return value }
    var result: JSONObject = [:]
    for (key, member) in members where key != "timestamp" {
      let member = withoutTimes(member)
      if key == "metadata", member == [:] { continue }
      result[key] = member
    }
    return .object(result)
  }
}
