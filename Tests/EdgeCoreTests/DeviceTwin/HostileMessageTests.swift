import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

/// What KubeEdge died of, hung on, or lost: `{}` for a value, null where an object is meant, a cloud's message from a local client,
/// bursts, and devices that go while messages of theirs wait.
@Suite("Hostile messages")
struct HostileMessageTests {
  private static let victim = DeviceID(name: "dev1")
  private static let bystander = DeviceID(name: "dev2")

  /// One answer each, and nobody else notices.
  private static let cases: [(name: String, topic: DeviceTopic.Subject, payload: String)] = [
    ("a reported value without a value", .twinUpdate, #"{"event_id":"x","timestamp":0,"twin":{"temperature":{"actual":{}}}}"#),
    ("a desired value without a value", .twinUpdate, #"{"event_id":"x","timestamp":0,"twin":{"temperature":{"expected":{}}}}"#),
    ("a reported value that is null", .twinUpdate, #"{"event_id":"x","timestamp":0,"twin":{"temperature":{"actual":{"value":null}}}}"#),
    ("a new property without a value", .twinUpdate, #"{"event_id":"x","timestamp":0,"twin":{"fresh":{"actual":{}}}}"#),
    ("the cloud's message without metadata", .twinCloudUpdated, #"{"event_id":"x","twin":{"temperature":{"expected":{"value":"1"}}}}"#),
    ("the cloud's message with null", .twinCloudUpdated, #"{"event_id":"x","timestamp":0,"twin":{"temperature":null}}"#),
    ("a property that is an array", .twinUpdate, #"{"event_id":"x","twin":{"temperature":[]}}"#),
    ("twins that are a string", .twinUpdate, #"{"event_id":"x","twin":"temperature"}"#),
    ("half a message", .twinUpdate, #"{"event_id":"x","twin":{"temperature":{"actual":{"value":"1""#),
    ("no message", .twinUpdate, ""),
    ("bytes that are no text", .twinUpdate, "\u{0}\u{1}\u{7F}"),
    ("depth", .twinUpdate, String(repeating: "[", count: 100_000)),
    ("a number for an id", .twinUpdate, #"{"event_id":7,"twin":{}}"#),
    ("an id without end", .twinUpdate, #"{"event_id":"\#(String(repeating: "x", count: 100_000))","twin":{}}"#),
    ("a state that is an object", .stateUpdate, #"{"event_id":"x","state":{}}"#),
    ("a question that is none", .twinGet, "?"),
  ]

  private static func twins() -> MetaState {
    var twin = DeviceTwinState()
    var property = TwinProperty(type: "int", optional: false)
    property.actual = TwinValue("20", timestamp: 1)
    twin.properties["temperature"] = property
    twin.properties["opt"] = TwinProperty(type: "string", optional: true)
    return MetaState(twins: [victim: twin, bystander: twin])
  }

  private static func handle(_ topic: DeviceTopic, _ payload: [UInt8], _ draft: inout MetaDraft) throws -> [OutboundMessage] {
    let message = try #require(InboundMessage(topic: topic.description, content: .payload(payload)))
    let before = draft.messages.count
    TwinDispatcher(node: "n", makeID: { "" }).handle(message, draft: &draft, now: 1_795_411_140_000)
    return Array(draft.messages[before...])
  }

  private static func update(_ value: String, _ id: DeviceID, _ draft: inout MetaDraft) throws -> [OutboundMessage] {
    let payload = #"{"event_id":"u\#(value)","twin":{"temperature":{"actual":{"value":"\#(value)"}}}}"#
    return try handle(DeviceTopic(id, .twinUpdate), Array(payload.utf8), &draft)
  }

  @Test("Each costs one answer, on its device's topic, and nothing else", arguments: cases.indices)
  func oneAnswer(index: Int) throws {
    let hostile = Self.cases[index]
    for address in [DeviceAddress.namespaced(Self.victim), .named(Self.victim.name)] {
      var draft = MetaDraft(base: Self.twins())
      let answers = try Self.handle(DeviceTopic(address, hostile.topic), Array(hostile.payload.utf8), &draft)
      #expect(answers.count == 1, "\(hostile.name)")
      let answer = try #require(answers.first)
      let topic = try #require(DeviceTopic(answer.topic))
      #expect(topic.address == address, "\(hostile.name)")
      let json = try JSONValue(parsing: answer.payload)
      #expect(json["code"]?.integer == 400 && json["reason"]?.string?.isEmpty == false, "\(hostile.name): \(json.text)")
      if hostile.payload.hasPrefix(#"{"event_id":"x""#), (try? JSONValue(parsing: hostile.payload)) != nil {
        #expect(json["event_id"] == "x", "\(hostile.name)")
      }
      #expect(draft.twin(Self.victim) == Self.twins().twins[Self.victim], "\(hostile.name)")
      for id in [Self.victim, Self.bystander] {
        let next = try Self.update("21", id, &draft)
        #expect(next.map { DeviceTopic($0.topic)?.subject } == [.twinUpdateResult, .twinUpdateDocument], "\(hostile.name)")
        #expect(draft.twin(id)?.properties["temperature"]?.actual?.value == "21", "\(hostile.name)")
      }
    }
  }

  @Test(
    "Whatever bytes come, each message has one answer at most, no other device changes, and good messages go on being answered",
    arguments: 0..<40 as Range<UInt64>)
  func mutations(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let seeds =
      Self.cases.map { Array($0.payload.utf8.prefix(400)) } + [
        Array(
          #"{"event_id":"e","timestamp":1,"twin":{"temperature":{"expected":{"value":"1","metadata":{"timestamp":2}},"actual":{"value":"2"},"optional":false,"metadata":{"type":"int"},"written":{"timestamp":2}},"opt":null}}"#
            .utf8)
      ]
    let subjects: [DeviceTopic.Subject] = [.twinUpdate, .twinUpdate, .twinUpdate, .twinGet, .stateUpdate, .twinCloudUpdated]
    var draft = MetaDraft(base: Self.twins())
    let untouched = draft.twin(Self.bystander)
    for step in 0..<250 {
      var payload = seeds.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 0...6, using: &random) { Self.mutate(&payload, &random) }
      let subject = subjects.randomElement(using: &random) ?? .twinUpdate
      let answers = try Self.handle(DeviceTopic(Self.victim, subject), payload, &draft)
      let results = answers.filter { $0.topic.hasSuffix("/result") }
      #expect(results.count == 1, "seed \(seed), step \(step): \(String(decoding: payload, as: UTF8.self))")
      for answer in answers { #expect((try? JSONValue(parsing: answer.payload)) != nil, "seed \(seed), step \(step)") }
      #expect(draft.twin(Self.bystander) == untouched, "seed \(seed), step \(step)")
      let twin = try #require(draft.twin(Self.victim))
      #expect(DeviceTwinState(stored: try JSONValue(parsing: twin.stored)) == twin, "seed \(seed), step \(step)")
    }
    let good = try Self.update("\(seed)", Self.victim, &draft)
    #expect(
      good.first.map { $0.topic.hasSuffix("result") } == true && good.first.flatMap { try? JSONValue(parsing: $0.payload)["code"] } == nil)
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: .min ... .max, using: &random)) }
    let place = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
    case 3: bytes.removeSubrange(place...)
    default:
      bytes.insert(
        contentsOf: Array(
          ["null", "{}", "[]", "-0", "1e999", "\"\\ud800\"", "true", "\u{0}"].randomElement(using: &random)?.utf8 ?? "".utf8), at: place)
    }
  }

  @Test("A mark of a time without end is refused, since no wish could come after it")
  func markWithoutEnd() throws {
    var draft = MetaDraft(base: Self.twins())
    let topic = DeviceTopic(Self.victim, .twinUpdate)
    for mark in [Int64.max, .max - 1, 253_402_300_800_000] {
      let payload = #"{"event_id":"x","twin":{"temperature":{"written":{"timestamp":\#(mark)}}}}"#
      let answer = try #require(try Self.handle(topic, Array(payload.utf8), &draft).first)
      #expect(try TwinUpdateResult(decoding: answer.payload).refusal?.reason.contains("temperature: written.timestamp") == true)
      #expect(draft.twin(Self.victim) == Self.twins().twins[Self.victim])
    }
    var times: [Int64] = []
    for value in ["21", "22"] {
      let payload = #"{"twin":{"temperature":{"expected":{"value":"\#(value)"},"written":{"timestamp":253402300799999}}}}"#
      _ = try Self.handle(topic, Array(payload.utf8), &draft)
      times.append(try #require(draft.twin(Self.victim)?.properties["temperature"]?.expected?.timestamp))
    }
    #expect(times == [1_795_411_140_000, 253_402_300_800_000], "a clock that was wrong delays nothing")
  }

  @Test("Of reasons no more is kept than somebody reads", arguments: ["x", "ä", "🦜", "\u{301}"])
  func longReasons(character: String) throws {
    var draft = MetaDraft(base: Self.twins())
    let long = "e" + String(repeating: character, count: 100_000 / character.utf8.count)
    let update = #"""
      {"twin":{"temperature":{"actual":{"value":"1","metadata":{"quality":"\#(long)","reason":"\#(long)"}},"written":{"timestamp":1,"error":"\#(long)"}}}}
      """#
    _ = try Self.handle(DeviceTopic(Self.victim, .twinUpdate), Array(update.utf8), &draft)
    _ = try Self.handle(DeviceTopic(Self.victim, .stateUpdate), Array(#"{"state":"offline","reason":"\#(long)"}"#.utf8), &draft)
    let twin = try #require(draft.twin(Self.victim))
    let property = try #require(twin.properties["temperature"])
    for text in [property.actual?.quality, property.actual?.reason, property.written?.error, twin.stateReason] {
      let text = try #require(text)
      #expect((1_990...2_003).contains(text.utf8.count) && text.hasSuffix("…"))
      #expect(text.unicodeScalars.dropLast().elementsEqual(long.unicodeScalars.prefix(text.unicodeScalars.count - 1)))
    }
    #expect(twin.stored.utf8.count < 20_000)
  }

  @Test("3,000 devices of the cloud in one burst are all there")
  func burst() throws {
    let dispatcher = TwinDispatcher(node: "n", tellsCloud: true, makeID: { "" })
    var draft = MetaDraft(base: MetaState())
    for number in 0..<3_000 {
      let content =
        #"{"event_id":"","timestamp":0,"added_devices":[{"id":"default/d\#(number)","twin":{"t":{"expected":{"value":"1"},"expected_version":{"cloud":1,"edge":0},"metadata":{"type":"int"}}}}]}"#
      let request = try #require(CloudRequest(resource: "membership", operation: "update", content: Array(content.utf8)))
      dispatcher.handle(request, draft: &draft, now: 1)
    }
    #expect(draft.deviceIDs.count == 3_000)
    #expect(draft.deviceIDs.allSatisfy { draft.twin($0)?.properties["t"]?.expected?.value == "1" })
  }

  @Test("A device that the cloud removes while its messages wait is refused from then on; the others, and questions, are answered")
  func removedMeanwhile() throws {
    let dispatcher = TwinDispatcher(node: "n", makeID: { "" })
    var draft = MetaDraft(base: Self.twins())
    var codes: [Int64?] = []
    for step in 0..<3_000 {
      if step == 1_000 {
        let content = Array(#"{"removed_devices":[{"id":"dev1"}]}"#.utf8)
        dispatcher.handle(try #require(CloudRequest(resource: "membership", operation: "update", content: content)), draft: &draft, now: 1)
      }
      let answer = try #require(try Self.update("\(step)", Self.victim, &draft).first)
      codes.append(try JSONValue(parsing: answer.payload)["code"]?.integer)
    }
    #expect(codes == Array(repeating: nil, count: 1_000) + Array(repeating: 404, count: 2_000))
    let detail = Array(#"{"devices":[{"id":"default/dev2"}]}"#.utf8)
    dispatcher.handle(
      try #require(CloudRequest(resource: "membership/detail", operation: "response", content: detail)), draft: &draft, now: 1)
    #expect(draft.deviceIDs == [Self.bystander])
    let question = try #require(InboundMessage(topic: NodeTopic.membershipGet(node: "n").description, content: .payload(Array("{}".utf8))))
    let before = draft.messages.count
    dispatcher.handle(question, draft: &draft, now: 1)
    let list = try JSONValue(parsing: try #require(draft.messages[before...].first).payload)["devices"]?.array
    #expect(list?.map { $0["id"]?.string } == ["default/dev2"])
  }
}
