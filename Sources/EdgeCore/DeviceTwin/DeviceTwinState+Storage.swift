package import JSON
import TwinProtocol

/// How a twin is written to SQLite: JSON with short keys, absent where there is nothing to say.
extension DeviceTwinState {
  package var stored: JSONValue {
    var object = JSONObject()
    object["state"] = state.map(JSONValue.string)
    object["stateReason"] = stateReason.map(JSONValue.string)
    object["lastOnline"] = lastOnline.map { JSONValue($0) }
    object["model"] = modelName.map(JSONValue.string)
    object["protocol"] = protocolName.map(JSONValue.string)
    object["modelFound"] = .bool(isModelFound)
    object["properties"] = .object(JSONObject(properties.map { ($0.key, $0.value.stored) }))
    object["conditions"] = .array(
      conditions.map { condition in
        [
          "type": .string(condition.type), "status": .string(condition.status), "reason": .string(condition.reason),
          "message": .string(condition.message), "since": JSONValue(condition.lastTransition),
        ]
      })
    object["answered"] = .array(
      answered.map { event in
        var entry: JSONValue = ["id": .string(event.eventID), "digest": .string(String(event.digest, radix: 16))]
        if let refusal = event.refusal {
          entry["code"] = JSONValue(refusal.code)
          entry["reason"] = .string(refusal.reason)
        }
        return entry
      })
    return .object(object)
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
  fileprivate var stored: JSONValue {
    var object = JSONObject()
    object["type"] = .string(type)
    if optional { object["optional"] = true }
    if isDeclared { object["declared"] = true }
    if !isWritable { object["readOnly"] = true }
    object["minimum"] = minimum.map(JSONValue.string)
    object["maximum"] = maximum.map(JSONValue.string)
    object["expected"] = expected?.stored
    if !expectedMetadata.isEmpty {
      object["expectedMetadata"] = .object(JSONObject(expectedMetadata.map { ($0.key, JSONValue.string($0.value)) }))
    }
    object["actual"] = actual?.stored
    if let written {
      var entry: JSONValue = ["timestamp": JSONValue(written.timestamp)]
      entry["error"] = written.error.map(JSONValue.string)
      if written.isTimeout { entry["timeout"] = true }
      object["written"] = entry
    }
    if expectedVersion != 0 { object["expectedVersion"] = JSONValue(expectedVersion) }
    if actualVersion != 0 { object["actualVersion"] = JSONValue(actualVersion) }
    return .object(object)
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
  fileprivate var stored: JSONValue {
    var object: JSONValue = ["value": .string(value)]
    object["timestamp"] = timestamp.map { JSONValue($0) }
    object["quality"] = quality.map(JSONValue.string)
    object["reason"] = reason.map(JSONValue.string)
    return object
  }

  fileprivate init(stored: JSONValue) {
    self.init(
      stored["value"]?.string ?? "", timestamp: stored["timestamp"]?.integer, quality: stored["quality"]?.string,
      reason: stored["reason"]?.string)
  }
}
