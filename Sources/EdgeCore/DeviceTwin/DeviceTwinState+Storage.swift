package import JSON
import TwinProtocol

/// How a twin is written to SQLite: JSON with short keys, absent where there is nothing to say.
///
/// It is written whole with each commit, so without a tree of values in between.
extension DeviceTwinState {
  /// The twin as text.
  package var stored: String {
    var writer = JSONWriter(reserving: 512 + 160 * properties.count)
    writer.raw("{\"modelFound\":")
    writer.bool(isModelFound)
    writer.member("state", state)
    writer.member("stateReason", stateReason)
    writer.member("lastOnline", lastOnline)
    writer.member("model", modelName)
    writer.member("protocol", protocolName)
    writer.raw(",\"properties\":{")
    var separator: StaticString = ""
    for (name, property) in properties {
      writer.raw(separator)
      separator = ","
      writer.string(name)
      writer.raw(":")
      property.write(to: &writer)
    }
    writer.raw("},\"conditions\":[")
    separator = ""
    for condition in conditions {
      writer.raw(separator)
      separator = ","
      writer.raw("{\"type\":")
      writer.string(condition.type)
      writer.member("status", condition.status)
      writer.member("reason", condition.reason)
      writer.member("message", condition.message)
      writer.member("since", condition.lastTransition)
      writer.raw("}")
    }
    writer.raw("],\"answered\":[")
    separator = ""
    for event in answered {
      writer.raw(separator)
      separator = ","
      writer.raw("{\"id\":")
      writer.string(event.eventID)
      writer.member("digest", String(event.digest, radix: 16))
      if let refusal = event.refusal {
        writer.member("code", Int64(refusal.code))
        writer.member("reason", refusal.reason)
      }
      writer.raw("}")
    }
    writer.raw("]}")
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  package init(stored: JSONValue) {
    self.init()
    state = stored["state"]?.string
    stateReason = stored["stateReason"]?.string
    lastOnline = stored["lastOnline"]?.integer
    modelName = stored["model"]?.string
    protocolName = stored["protocol"]?.string
    isModelFound = stored["modelFound"]?.bool ?? false
    for (name, property) in stored["properties"]?.object ?? [:] { properties[name] = TwinProperty(stored: property) }
    conditions = (stored["conditions"]?.array ?? []).map { condition in
      DeviceCondition(
        type: condition["type"]?.string ?? "", status: condition["status"]?.string ?? "", reason: condition["reason"]?.string ?? "",
        message: condition["message"]?.string ?? "", lastTransition: condition["since"]?.integer ?? 0)
    }
    answered = (stored["answered"]?.array ?? []).map { event in
      AnsweredEvent(
        eventID: event["id"]?.string ?? "", digest: event["digest"]?.string.flatMap { UInt64($0, radix: 16) } ?? 0,
        refusal: event["code"]?.integer.map { Refusal(code: Int(clamping: $0), reason: event["reason"]?.string ?? "") })
    }
  }
}

extension TwinProperty {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.raw("{\"type\":")
    writer.string(type)
    if optional { writer.raw(",\"optional\":true") }
    if isDeclared { writer.raw(",\"declared\":true") }
    if !isWritable { writer.raw(",\"readOnly\":true") }
    writer.member("minimum", minimum)
    writer.member("maximum", maximum)
    writer.member("expected", expected)
    if !expectedMetadata.isEmpty {
      writer.raw(",\"expectedMetadata\":")
      writer.value(.object(JSONObject(expectedMetadata.map { ($0.key, JSONValue.string($0.value)) })))
    }
    writer.member("actual", actual)
    if let written {
      writer.raw(",\"written\":{\"timestamp\":")
      writer.integer(written.timestamp)
      writer.member("error", written.error)
      if written.isTimeout { writer.raw(",\"timeout\":true") }
      writer.raw("}")
    }
    if expectedVersion != 0 { writer.member("expectedVersion", expectedVersion) }
    if actualVersion != 0 { writer.member("actualVersion", actualVersion) }
    writer.raw("}")
  }

  fileprivate init(stored: JSONValue) {
    self.init(
      type: stored["type"]?.string ?? "string", optional: stored["optional"]?.bool ?? false, isDeclared: stored["declared"]?.bool ?? false,
      minimum: stored["minimum"]?.string, maximum: stored["maximum"]?.string, isWritable: stored["readOnly"]?.bool != true)
    expected = stored["expected"].map(TwinValue.init(stored:))
    expectedMetadata = [:]
    for (key, value) in stored["expectedMetadata"]?.object ?? [:] { expectedMetadata[key] = value.string }
    actual = stored["actual"].map(TwinValue.init(stored:))
    written = stored["written"].flatMap { entry in
      entry["timestamp"]?.integer.map { WrittenMark(timestamp: $0, error: entry["error"]?.string, isTimeout: entry["timeout"] == true) }
    }
    expectedVersion = stored["expectedVersion"]?.integer ?? 0
    actualVersion = stored["actualVersion"]?.integer ?? 0
  }
}

extension TwinValue {
  fileprivate init(stored: JSONValue) {
    self.init(
      stored["value"]?.string ?? "", timestamp: stored["timestamp"]?.integer, quality: stored["quality"]?.string,
      reason: stored["reason"]?.string)
  }
}

extension JSONWriter {
  fileprivate mutating func bool(_ flag: Bool) { raw(flag ? "true" : "false") }

  /// Writes a member behind others, if there is something to say.
  fileprivate mutating func member(_ key: StaticString, _ text: String?) {
    guard let text else { return }
    begin(key)
    string(text)
  }

  fileprivate mutating func member(_ key: StaticString, _ number: Int64?) {
    guard let number else { return }
    begin(key)
    integer(number)
  }

  fileprivate mutating func member(_ key: StaticString, _ value: TwinValue?) {
    guard let value else { return }
    begin(key)
    raw("{\"value\":")
    string(value.value)
    member("timestamp", value.timestamp)
    member("quality", value.quality)
    member("reason", value.reason)
    raw("}")
  }

  private mutating func begin(_ key: StaticString) {
    raw(",\"")
    raw(key)
    raw("\":")
  }
}
