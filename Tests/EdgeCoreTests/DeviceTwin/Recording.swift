import EdgeCore
import JSON
import TwinProtocol

/// An edge core that goes through what a KubeEdge release was recorded with, message by message.
struct Recording {
  /// Whether topics have no namespace, as before 1.17.
  private let isOld: Bool
  private var twins: [DeviceID: DeviceTwinState] = [:]
  private var before: [DeviceID: DeviceTwinState] = [:]
  private var now: Int64 = 1_795_411_140_000

  init(version: String) { isOld = version == "1.9.2" }

  /// Handles a vector's message.
  ///
  /// - Parameter isNew: Whether it gets an `event_id` of its own, which the recording's messages don't have.
  /// - Returns: What is published, and what the cloud is told, in the vectors' form.
  mutating func play(_ vector: JSONValue, isNew: Bool = false) throws -> (answers: [JSONValue], toCloud: [JSONValue]) {
    before = twins
    now += 1_000
    var draft = MetaDraft(base: MetaState(twins: twins))
    let dispatcher = TwinDispatcher(node: "edge-node1", tellsCloud: vector["isOffline"] != true, makeID: { "" })
    if let topic = vector["topic"]?.string {
      let text = vector["payload"]?.string ?? ""
      let payload = Array((isNew ? text.replacing(Self.eventID, with: Self.newEventID) : text).utf8)
      if let message = InboundMessage(topic: topic, content: .payload(payload)) {
        dispatcher.handle(message, draft: &draft, now: now)
      }
    } else {
      let request = CloudRequest(
        resource: vector["resource"]?.string ?? "", operation: vector["operation"]?.string ?? "",
        content: Array((vector["content"] ?? .null).text.utf8))
      if let request { dispatcher.handle(request, draft: &draft, now: now) }
    }
    for id in Set(twins.keys).union(draft.deviceIDs) { twins[id] = draft.twin(id).map(restarted) }
    return (draft.messages.compactMap(published), draft.cloudMessages.map(told))
  }

  private static let eventID = "\"event_id\":\"ev-1\""
  private static let newEventID = "\"event_id\":\"ev-2\""

  /// Handles what a vector's client published as if the cloud had sent it.
  mutating func playFromCloud(_ vector: JSONValue) throws -> (answers: [JSONValue], toCloud: [JSONValue]) {
    let update = try JSONValue(parsing: vector["payload"]?.string ?? "")
    let device = vector["topic"]?.string?.replacing("$hw/events/", with: "") ?? ""
    return try play(["resource": .string(device), "operation": "update", "content": update])
  }

  /// Forgets what the last message did: KubeEdge refused it, or did something else, and the next meets what it left.
  mutating func undo() { twins = before }

  /// A twin as it is after a restart: each message is handled by an edge core that has just been started.
  private func restarted(_ twin: DeviceTwinState) -> DeviceTwinState {
    (try? JSONValue(parsing: twin.stored)).map(DeviceTwinState.init(stored:)) ?? twin
  }

  /// What was published, unless it is what is sent for clients of the other release.
  private func published(_ message: OutboundMessage) -> JSONValue? {
    if let topic = DeviceTopic(message.topic) {
      if case .named = topic.address, !isOld { return nil }
      if case .namespaced = topic.address, isOld { return nil }
    }
    guard let payload = try? JSONValue(parsing: message.payload) else { return nil }
    return ["topic": .string(message.topic), "payload": normalized(payload)]
  }

  private func told(_ message: CloudMessage) -> JSONValue {
    func device(_ id: DeviceID) -> String { "device/\(isOld ? id.name : id.description)" }
    let json = try? JSONValue(parsing: message.content)
    switch message.subject {
    case .twinUpdated(let id):
      return ["resource": .string("\(device(id))/twin/edge_updated"), "content": normalized(json ?? .null)]
    case .stateUpdated(let id):
      return ["resource": .string("\(device(id))/state/update"), "content": normalized(json ?? .null)]
    case .upload(let topic):
      return ["resource": .string(topic), "content": .string(String(decoding: message.content, as: UTF8.self))]
    }
  }

  /// Times are 0, last online times "T"; `written` is ours and passed over by KubeEdge. 1.9.2 leaves out when some values were
  /// reported, which is no loss to have, so its vectors don't have it anywhere.
  private func normalized(_ json: JSONValue) -> JSONValue {
    switch json {
    case .object(let object):
      var members: [(String, JSONValue)] = []
      for (key, value) in object where key != "written" {
        switch key {
        case "event_id" where value == "ev-2": members.append((key, "ev-1"))
        case "timestamp" where value.integer != nil: members.append((key, 0))
        case "last_online", "lastOnlineTime": members.append((key, "T"))
        case "expected", "actual":
          var value = normalized(value)
          if isOld, case .object(var fields) = value {
            fields["metadata"] = nil
            value = .object(fields)
          }
          members.append((key, value))
        default: members.append((key, normalized(value)))
        }
      }
      return .object(JSONObject(members))
    case .array(let elements): return .array(elements.map(normalized))
    default: return json
    }
  }
}
