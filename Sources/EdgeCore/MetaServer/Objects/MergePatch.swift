package import JSON

/// A JSON merge patch (RFC 7396).
package enum MergePatch {
  package static func apply(_ patch: JSONValue, to value: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members = value.object ?? JSONObject()
    for (key, change) in changes {
      members[key] = change.isNull ? nil : apply(change, to: members[key] ?? .null)
    }
    return .object(members)
  }
}
