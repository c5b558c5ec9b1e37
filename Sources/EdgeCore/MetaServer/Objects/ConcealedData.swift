import JSON

/// The data of a Secret while somebody writes it who may not read it: what is written never depends on what was there, so that no answer,
/// no conflict and no entry in the account of who set what tells whether a guess was right.
struct ConcealedData {
  private let original: JSONObject

  /// - Parameter secret: The Secret as it is; `nil` where there is none.
  init(of secret: JSONValue?) { original = secret?["data"]?.object ?? [:] }

  /// Stands for a value; nothing that can be one.
  private static func token(_ key: String) -> JSONValue { ["concealed": .string(key)] }

  /// The Secret without these values, or without any.
  func masked(_ secret: JSONValue, only keys: Set<String>? = nil) -> JSONValue {
    guard let data = secret["data"]?.object else { return secret }
    var secret = secret
    secret["data"] = .object(
      JSONObject(data.map { ($0.key, keys?.contains($0.key) ?? true ? Self.token($0.key) : $0.value) }))
    return secret
  }

  /// What was made of the Secret without its values, with those that are untouched.
  func restored(_ secret: JSONValue) -> JSONValue {
    guard let data = secret["data"]?.object else { return secret }
    var secret = secret
    secret["data"] = .object(JSONObject(data.map { ($0.key, $0.value == Self.token($0.key) ? original[$0.key] ?? $0.value : $0.value) }))
    return secret
  }

  /// The keys whose values somebody wrote, in a Secret made of one without values.
  static func written(in secret: JSONValue) -> Set<String> {
    var keys = Set(secret["stringData"]?.object?.keys ?? [])
    for (key, value) in secret["data"]?.object ?? [:] where value != token(key) { keys.insert(key) }
    return keys
  }

  // MARK: JSON patches

  private static let places = [["data"], ["stringData"], ["metadata", "annotations", LastApplied.annotation]]

  /// Refuses a JSON patch that reads what is secret.
  ///
  /// - Throws: ``APIStatus`` 403.
  static func check(_ patch: JSONValue, of key: ObjectKey) throws(APIStatus) {
    for (index, operation) in (patch.array ?? []).enumerated() {
      let place: JSONValue?
      switch operation["op"]?.string {
      case "copy", "move": place = operation["from"]
      case "test": place = operation["path"]
      default: continue
      }
      guard let text = place?.string, let levels = JSONPatch.levels(of: text),
        places.contains(where: { zip($0, levels).allSatisfy { $0 == $1 } })
      else { continue }
      throw APIStatus(
        403, "Forbidden",
        """
        \(key.kind.qualifiedPlural) \"\(key.name)\" is forbidden: the patch's operation \(index) (\(operation["op"]?.string ?? "")) reads \
        \(text.isEmpty ? "the whole object" : "\"\(text.prefix(128))\""), and a Secret's data is only for those who have shown a credential
        """, kind: key.kind.plural, name: key.name, group: key.kind.group)
    }
  }
}
