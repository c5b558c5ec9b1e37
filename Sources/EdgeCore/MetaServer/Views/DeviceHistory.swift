import DeviceAPI
import JSON
import TwinProtocol

/// The subresource `history` of a Device: the recent changes of its values.
enum DeviceHistory {
  static let subresource = "history"
  static let kind = "DeviceHistory"

  /// The changes as the API shows them: `reported` and `desired` as in a Device's `status.twins`.
  static func json(_ changes: [ValueChange], of key: ObjectKey, version: String) -> JSONValue {
    let items = changes.map { change -> JSONValue in
      var metadata: JSONValue = [:]
      if let timestamp = change.value.timestamp { metadata["timestamp"] = .string(String(timestamp)) }
      if let quality = change.value.quality { metadata["quality"] = .string(quality) }
      if let reason = change.value.reason { metadata["reason"] = .string(reason) }
      return [
        "propertyName": .string(change.property),
        change.side.rawValue: ["value": .string(change.value.value), "metadata": metadata],
      ]
    }
    return [
      "apiVersion": .string(version), "kind": .string(kind),
      "metadata": ["namespace": .string(key.namespace), "name": .string(key.name)], "items": .array(items),
    ]
  }
}

extension MetaServer {
  /// The recent changes of a device's values: of one property with `property`, of the last so many seconds with `sinceSeconds`,
  /// the last so many with `tail`.
  func history(_ key: ObjectKey, _ version: ObjectVersion, _ request: APIRequest) async throws -> APIAnswer {
    func number(_ name: String) throws(APIStatus) -> Int64? {
      guard let text = request.query[name], !text.isEmpty else { return nil }
      guard let number = Int64(text), (0...Int64(Int32.max)).contains(number) else {
        throw .badRequest("\(name): \"\(text.prefix(32))\" is not a number from 0 to \(Int32.max)")
      }
      return number
    }
    let (seconds, tail) = (try number("sinceSeconds"), try number("tail"))
    guard await meta.object(key) != nil, let id = key.deviceID, var changes = await meta.valueChanges(of: id) else {
      throw APIStatus.notFound(key)
    }
    if let property = request.query["property"], !property.isEmpty { changes.removeAll { $0.property != property } }
    if let seconds {
      let earliest = clock.now - seconds * 1_000
      changes.removeAll { $0.value.timestamp ?? .max < earliest }
    }
    if let tail { changes = changes.suffix(Int(tail)) }
    return APIAnswer(200, .json(DeviceHistory.json(changes, of: key, version: version.groupVersion)))
  }
}
