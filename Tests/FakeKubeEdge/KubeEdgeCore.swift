public import JSON

/// What edgecore of KubeEdge 1.9.2 makes of the messages of mappers: a value that takes messages and gives answers.
///
/// Held to what the real one answered by `Tests/MapperRuntimeTests/Vectors/kubeedge-1.9.2.json`.
public struct KubeEdgeCore: Sendable {
  /// A message it publishes.
  public struct Message: Sendable, Hashable {
    /// The topic.
    public let topic: String
    /// The JSON.
    public let payload: JSONValue
  }

  /// A property of a device.
  public struct Attribute: Sendable, Hashable {
    /// The desired value.
    public var expected: String?
    /// When it was wished, in milliseconds since 1970.
    public var expectedTime: Int64 = 0
    /// The reported value.
    public var actual: String?
    /// Whether it may be deleted.
    public var isOptional: Bool
    /// One of `string`, `int`, `integer`, `float`, `boolean`.
    public var type: String

    /// An attribute.
    public init(type: String, expected: String? = nil, isOptional: Bool = false) {
      self.type = type
      self.expected = expected
      self.isOptional = isOptional
    }
  }

  /// A request it refuses, with the words it does so in.
  private struct Refusal: Error {
    var code: Int64 = 400
    let reason: String
    /// Whether it is answered on the topic without the device's name.
    var isNameless = false
  }

  /// The devices with their properties.
  public var devices: [String: [String: Attribute]] = [:]
  /// The states that were told and taken, in order.
  public private(set) var states: [String] = []
  /// Requests that were refused, in its words.
  public private(set) var refusals: [String] = []

  /// A core without devices.
  public init() {}

  private static let prefix = "$hw/events/device/"

  /// Takes a message and gives what is published for it.
  public mutating func handle(topic: String, payload: [UInt8], now: Int64) -> [Message] {
    guard topic.hasPrefix(Self.prefix) else { return [] }
    // One level is the device: a topic with a namespace isn't even subscribed to.
    let levels = topic.dropFirst(Self.prefix.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard levels.count == 3 else { return [] }
    switch (levels[1], levels[2]) {
    case ("twin", "get"): return get(levels[0], payload, now)
    case ("twin", "update"): return update(levels[0], payload, now)
    case ("state", "update"): return state(levels[0], payload, now)
    default: return []
    }
  }

  /// The cloud wishes a value.
  public mutating func desire(_ value: String, of property: String, device: String, now: Int64) -> [Message] {
    devices[device]?[property]?.expected = value
    devices[device]?[property]?.expectedTime = now
    return delta(device, now)
  }

  // MARK: twin/get

  private mutating func get(_ device: String, _ payload: [UInt8], _ now: Int64) -> [Message] {
    let topic = "\(Self.prefix)\(device)/twin/get/result"
    guard let request = try? JSONValue(parsing: payload), let event = request["event_id"]?.string else { return [] }
    guard let attributes = devices[device] else {
      let reason = "Device \(device) not found while getting twin"
      return [
        Message(topic: topic, payload: ["event_id": .string(event), "timestamp": .init(now), "code": 404, "reason": .string(reason)])
      ]
    }
    let twin = JSONObject(attributes.map { ($0.key, Self.json($0.value)) })
    return [Message(topic: topic, payload: ["event_id": .string(event), "timestamp": .init(now), "twin": .object(twin)])]
  }

  // MARK: twin/update

  private mutating func update(_ device: String, _ payload: [UInt8], _ now: Int64) -> [Message] {
    var event = ""
    do throws(Refusal) {
      let entries = try Self.parse(payload)
      event = entries.event
      guard let known = devices[device] else {
        throw Refusal(code: 404, reason: "update rejected due to the device is not existed")
      }
      var attributes = known
      var changes: JSONObject = [:]
      // One that is wrong undoes them all.
      for (name, entry) in entries.twin { changes[name] = try Self.apply(entry, name, to: &attributes, now) }
      devices[device] = attributes
      let result: JSONValue = ["event_id": .string(event), "timestamp": .init(now), "twin": .object(changes)]
      return [Message(topic: "\(Self.prefix)\(device)/twin/update/result", payload: result)] + delta(device, now)
    } catch {
      refusals.append(error.reason)
      let name = error.isNameless ? "" : device
      return [
        Message(
          topic: "\(Self.prefix)\(name)/twin/update/result",
          payload: [
            "event_id": .string(error.isNameless ? "" : event), "timestamp": .init(now), "code": .init(error.code),
            "reason": .string(error.reason),
          ])
      ]
    }
  }

  private static func parse(_ payload: [UInt8]) throws(Refusal) -> (event: String, twin: JSONObject) {
    let malformed = Refusal(reason: "Unmarshal update request body failed, please check the request", isNameless: true)
    guard let request = (try? JSONValue(parsing: payload))?.object else { throw malformed }
    func isAbsent(_ value: JSONValue?) -> Bool { value?.isNull ?? true }
    guard isAbsent(request["event_id"]) || request["event_id"]?.string != nil,
      isAbsent(request["timestamp"]) || request["timestamp"]?.integer != nil,
      isAbsent(request["twin"]) || request["twin"]?.object != nil
    else { throw malformed }
    guard let twin = request["twin"]?.object else {
      throw Refusal(reason: "Update twin error, key:twin does not exist", isNameless: true)
    }
    let rule = "must only include upper or lowercase letters, number, english, and special letter - _ . , : / @ # and the length of"
    for (name, entry) in twin {
      guard isPlain(name, 1...128) else {
        throw Refusal(reason: "The key of twin \(rule) key should be less than 128 bytes", isNameless: true)
      }
      for key in ["expected", "actual"] {
        guard let part = entry[key], !part.isNull else { continue }
        guard part.object != nil, isAbsent(part["value"]) || part["value"]?.string != nil else { throw malformed }
        guard isPlain(part["value"]?.string ?? "", 0...512) else {
          throw Refusal(reason: "The value of twin \(rule) value should be less than 512 bytes", isNameless: true)
        }
      }
    }
    return (request["event_id"]?.string ?? "", twin)
  }

  private static func apply(
    _ entry: JSONValue, _ name: String, to attributes: inout [String: Attribute], _ now: Int64
  ) throws(Refusal) -> JSONValue? {
    let type = entry["metadata"]?["type"]?.string
    let isNew = attributes[name] == nil
    var attribute = attributes[name] ?? Attribute(type: type ?? "string", isOptional: entry["optional"]?.bool ?? true)
    if isNew, !["string", "int", "integer", "float", "boolean"].contains(attribute.type) {
      throw Refusal(reason: "the value type is not allowed")
    }
    var change: JSONValue = [:]
    for key in ["expected", "actual"] {
      guard let part = entry[key], !part.isNull else { continue }
      let value = part["value"]?.string ?? ""
      try check(value, attribute.type)
      if key == "expected" { (attribute.expected, attribute.expectedTime) = (value, now) } else { attribute.actual = value }
      change[key] = ["value": .string(value), "metadata": ["timestamp": .init(now)]]
    }
    let isOptional = entry["optional"]?.bool ?? attribute.isOptional
    let loses = attribute.isOptional && !isOptional
    if loses { attribute.isOptional = false }
    attributes[name] = attribute
    if isNew || change.object?.isEmpty == false {
      change["optional"] = .bool(attribute.isOptional)
      change["metadata"] = ["type": .string(attribute.type)]
    } else if loses {
      change["optional"] = false
    } else if type == nil {
      return nil
    }
    return change
  }

  private static func check(_ value: String, _ type: String) throws(Refusal) {
    if value.isEmpty { return }
    switch type {
    case "int", "integer": if Int64(value) == nil { throw Refusal(reason: "the value is not int or integer") }
    case "float": if Double(value) == nil { throw Refusal(reason: "the value is not float") }
    case "boolean": if value != "true", value != "false" { throw Refusal(reason: "the bool value must be true or false") }
    default: break
    }
  }

  private static func isPlain(_ text: String, _ length: ClosedRange<Int>) -> Bool {
    length.contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-_.,:/@#".unicodeScalars.contains(scalar))
      }
  }

  /// After every update, as long as anything is wished that isn't reported, letter by letter.
  private func delta(_ device: String, _ now: Int64) -> [Message] {
    let wished = (devices[device] ?? [:]).filter { $0.value.expected?.isEmpty == false }
    let different = wished.filter { $0.value.expected != $0.value.actual }
    guard !different.isEmpty else { return [] }
    return [
      Message(
        topic: "\(Self.prefix)\(device)/twin/update/delta",
        payload: [
          "event_id": "", "timestamp": .init(now), "twin": .object(JSONObject(wished.map { ($0.key, Self.json($0.value)) })),
          "delta": .object(JSONObject(different.map { ($0.key, .string($0.value.expected ?? "")) })),
        ])
    ]
  }

  private static func json(_ attribute: Attribute) -> JSONValue {
    var json: JSONValue = ["optional": .bool(attribute.isOptional), "metadata": ["type": .string(attribute.type)]]
    json["expected"] = attribute.expected.map { ["value": .string($0), "metadata": ["timestamp": .init(attribute.expectedTime)]] }
    // What is reported has a time, or none when it was read from SQLite again: here it has none.
    json["actual"] = attribute.actual.map { ["value": .string($0)] }
    return json
  }

  // MARK: state/update

  private mutating func state(_ device: String, _ payload: [UInt8], _ now: Int64) -> [Message] {
    guard let request = (try? JSONValue(parsing: payload))?.object, devices[device] != nil,
      let state = request[ignoringCase: "state"]?.string,
      ["online", "offline", "ok", "unknown", "disconnected"].contains(state.lowercased())
    else { return [] }
    states.append("\(device) \(state)")
    return [
      Message(
        topic: "\(Self.prefix)\(device)/state/update/result",
        payload: ["event_id": "", "timestamp": .init(now), "device": ["name": .string(device), "state": .string(state)]])
    ]
  }
}
