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
    writer.member("mapper", mapper)
    writer.raw(",\"properties\":{")
    var separator: StaticString = ""
    for (name, property) in properties {
      writer.raw(separator)
      separator = ","
      writer.string(name)
      writer.raw(":")
      property.write(to: &writer)
    }
    writer.raw("}")
    writeOfCloud(to: &writer)
    writer.raw(",\"conditions\":[")
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
    mapper = stored["mapper"]?.string
    isModelFound = stored["modelFound"]?.bool ?? false
    for (name, property) in stored["properties"]?.object ?? [:] { properties[name] = TwinProperty(stored: property) }
    readOfCloud(stored)
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

extension DeviceTwinState {
  /// What only a device has that a cloud knows: not a byte of it for any other.
  private func writeOfCloud(to writer: inout JSONWriter) {
    writer.member("description", description)
    if !attributes.isEmpty {
      let values = attributes.map { name, attribute -> (String, JSONValue) in
        var entry: JSONObject = ["value": .string(attribute.value)]
        if let optional = attribute.optional { entry["optional"] = .bool(optional) }
        if let type = attribute.type { entry["type"] = .string(type) }
        return (name, .object(entry))
      }
      writer.raw(",\"attributes\":")
      writer.value(.object(JSONObject(values)))
    }
    if !deleted.isEmpty {
      writer.raw(",\"deleted\":{")
      var separator: StaticString = ""
      for (name, tombstone) in deleted {
        writer.raw(separator)
        separator = ","
        writer.string(name)
        writer.raw(":{\"deleted\":true")
        writer.version("expectedVersion", "expectedCloudVersion", tombstone.expectedVersion)
        writer.version("actualVersion", "actualCloudVersion", tombstone.actualVersion)
        writer.raw("}")
      }
      writer.raw("}")
    }
  }

  private mutating func readOfCloud(_ stored: JSONValue) {
    description = stored["description"]?.string
    for (name, entry) in stored["attributes"]?.object ?? [:] {
      attributes[name] = DeviceAttribute(
        entry["value"]?.string ?? "", optional: entry["optional"]?.bool, type: entry["type"]?.string)
    }
    for (name, entry) in stored["deleted"]?.object ?? [:] {
      deleted[name] = Tombstone(
        expectedVersion: TwinVersion(stored: entry, edge: "expectedVersion", cloud: "expectedCloudVersion"),
        actualVersion: TwinVersion(stored: entry, edge: "actualVersion", cloud: "actualCloudVersion"))
    }
  }
}

extension TwinVersion {
  fileprivate init(stored: JSONValue, edge: String, cloud: String) {
    self.init(cloud: stored[cloud]?.integer ?? 0, edge: stored[edge]?.integer ?? 0)
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
      writer.member("at", written.at)
      if awaitsReadBack { writer.raw(",\"unread\":true") }
      writer.raw("}")
    }
    writer.version("expectedVersion", "expectedCloudVersion", expectedVersion)
    writer.version("actualVersion", "actualCloudVersion", actualVersion)
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
      entry["timestamp"]?.integer.map {
        WrittenMark(timestamp: $0, error: entry["error"]?.string, isTimeout: entry["timeout"] == true, at: entry["at"]?.integer)
      }
    }
    awaitsReadBack = stored.at("written", "unread") == true
    expectedVersion = TwinVersion(stored: stored, edge: "expectedVersion", cloud: "expectedCloudVersion")
    actualVersion = TwinVersion(stored: stored, edge: "actualVersion", cloud: "actualCloudVersion")
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

  fileprivate mutating func version(_ edge: StaticString, _ cloud: StaticString, _ version: TwinVersion) {
    if version.edge != 0 { member(edge, version.edge) }
    if version.cloud != 0 { member(cloud, version.cloud) }
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
