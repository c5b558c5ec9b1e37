import JSON

extension JSONValue {
  /// Finds the values in a configuration that are meant to be references, with their paths.
  ///
  /// The configuration itself is none: its members are the driver's.
  func forEachReference(at path: String, _ body: (_ path: String, _ value: JSONValue) -> Void) {
    for (key, member) in object ?? [:] where member.isNested { member.findReferences(at: path.appending(field: key), body) }
  }

  private func findReferences(at path: String, _ body: (String, JSONValue) -> Void) {
    if ValueReference.isMeant(self) { return body(path, self) }
    switch self {
    case .object: forEachReference(at: path, body)
    case .array(let elements):
      for (index, element) in elements.enumerated() where element.isNested { element.findReferences(at: "\(path)[\(index)]", body) }
    default: break
    }
  }

  /// A configuration with something else in the place of each value that is meant to be a reference; `nil` takes it out.
  ///
  /// - Parameter schema: What the driver says of the configuration.
  func replacingReferences(
    at path: String, _ schema: Schema?, _ body: (_ path: String, _ value: JSONValue, _ schema: Schema?) -> JSONValue?
  ) -> JSONValue {
    guard var members = object else { return self }
    for (key, member) in members where member.isNested {
      members[key] = member.replaced(at: path.appending(field: key), schema?.member(key), body)
    }
    return .object(members)
  }

  private func replaced(at path: String, _ schema: Schema?, _ body: (String, JSONValue, Schema?) -> JSONValue?) -> JSONValue? {
    if ValueReference.isMeant(self) { return body(path, self, schema) }
    switch self {
    case .object: return replacingReferences(at: path, schema, body)
    case .array(let elements):
      return .array(elements.enumerated().compactMap { $1.replaced(at: "\(path)[\($0)]", schema?.element, body) })
    default: return self
    }
  }

  private var isNested: Bool {
    switch self {
    case .object, .array: true
    default: false
    }
  }
}
