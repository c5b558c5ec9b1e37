import JSON
import Testing
import TwinProtocol

@Suite("Messages")
struct MessageTests {
  @Test("A mapper's update is read, unknown members ignored, names in any case")
  func update() throws {
    let payload = """
      {"Event_ID":"e1","timestamp":12,"foo":1,"twin":{"t":{"Actual":{"value":"1","x":1,"metadata":{"timestamp":7,"quality":"bad","reason":"timeout"}},
      "metadata":{"type":"int"},"written":{"timestamp":5}},"gone":null}}
      """
    let update = try TwinUpdate(decoding: Array(payload.utf8))
    #expect(update.envelope == Envelope(eventID: "e1", timestamp: 12))
    #expect(
      update.twins == [
        "t": Twin(
          actual: TwinValue("1", timestamp: 7, quality: "bad", reason: "timeout"), type: "int", written: WrittenMark(timestamp: 5)),
        "gone": nil,
      ])
    #expect(try TwinUpdate(decoding: update.encoded) == update)
  }

  @Test(
    "A property's own error leaves the others",
    arguments: [
      (#"{"actual":{"value":25}}"#, "twin.bad.actual.value: expected a string, found integer"),
      (#"{"actual":{}}"#, "twin.bad.actual.value: the value is missing"),
      (#"{"expected":{"value":null}}"#, "twin.bad.expected.value: the value is missing"),
      (#"{"expected":[]}"#, "twin.bad.expected: expected an object, found array"),
      (#"7"#, "twin.bad: expected an object or null, found integer"),
      (#"{"optional":"yes"}"#, "twin.bad.optional: expected true or false, found string"),
    ])
  func malformedProperty(entry: String, problem: String) throws {
    let update = try TwinUpdate(decoding: Array(#"{"twin":{"good":{"actual":{"value":"1"}},"bad":\#(entry)}}"#.utf8))
    #expect(update.twins == ["good": Twin(actual: TwinValue("1"))])
    #expect(update.malformed["bad"]?.description == problem)
  }

  @Test(
    "A message that is none is refused as a whole, with its place",
    arguments: [
      ("", "the payload is not JSON: line 1, column 1: unexpected end of the text, expected a value"),
      ("[]", "the payload is not a JSON object but array"),
      ("{}", "twin: Update twin error, key:twin does not exist"),
      (#"{"twin":null}"#, "twin: Update twin error, key:twin does not exist"),
      (#"{"twin":[]}"#, "twin: expected an object, found array"),
      (#"{"timestamp":"0","twin":{}}"#, "timestamp: expected milliseconds as an integer, found string"),
      (#"{"event_id":1,"twin":{}}"#, "event_id: expected a string, found integer"),
    ])
  func malformed(payload: String, problem: String) {
    let error = #expect(throws: MessageError.self) { try TwinUpdate(decoding: Array(payload.utf8)) }
    #expect(error?.description == problem)
  }

  @Test("Answers have KubeEdge's shape")
  func answers() throws {
    let envelope = Envelope(eventID: "e", timestamp: 3)
    let twin = Twin(actual: TwinValue("25", timestamp: 3), optional: false, type: "int")
    #expect(
      String(decoding: TwinUpdateResult(envelope: envelope, twins: ["t": twin, "u": nil]).encoded, as: UTF8.self)
        == #"{"event_id":"e","timestamp":3,"twin":{"t":{"actual":{"value":"25","metadata":{"timestamp":3}},"optional":false,"metadata":{"type":"int"}},"u":null}}"#
    )
    #expect(
      String(
        decoding: TwinUpdateResult(envelope: envelope, twins: [:], refusal: Refusal(code: 404, reason: "no")).encoded, as: UTF8.self)
        == #"{"event_id":"e","timestamp":3,"code":404,"reason":"no"}"#)
    #expect(
      String(decoding: TwinDocument(envelope: envelope, changes: ["t": .init(last: nil, current: twin)]).encoded, as: UTF8.self)
        == #"{"event_id":"e","timestamp":3,"twin":{"t":{"last":null,"current":{"actual":{"value":"25","metadata":{"timestamp":3}},"optional":false,"metadata":{"type":"int"}}}}}"#
    )
    let delta = TwinDelta(envelope: envelope, twins: ["t": Twin(expected: TwinValue("1", timestamp: 2))], delta: ["t": "1"])
    #expect(try TwinDelta(decoding: delta.encoded) == delta)
    let get = TwinGetResult(envelope: envelope, outcome: .success(["t": twin]))
    #expect(try TwinGetResult(decoding: get.encoded) == get)
    let status = PeerStatus(envelope: envelope, isOnline: true, node: "n")
    #expect(try PeerStatus(decoding: status.encoded) == status)
    #expect(
      String(decoding: MembershipUpdated(envelope: envelope, added: [MemberDevice(id: DeviceID(name: "d"))]).encoded, as: UTF8.self)
        == #"{"event_id":"e","timestamp":3,"added_devices":[{"id":"default/d","name":"d"}],"removed_devices":null}"#)
  }
}
