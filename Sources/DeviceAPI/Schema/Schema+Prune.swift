public import JSON

extension Schema {
  /// The object without the fields the schema doesn't know, and their paths.
  ///
  /// As in Kubernetes a `null` of a known field goes too, unless `null` is a value of it.
  public func prune(_ object: JSONValue) -> (JSONValue, [String]) {
    var unknown: [String] = []
    let pruned = pruned(object, at: "", &unknown)
    return (pruned ?? object, unknown)
  }

  /// What remains of a value; `nil` when that is all of it, which then needs no copy.
  private func pruned(_ value: JSONValue, at path: String, _ unknown: inout [String]) -> JSONValue? {
    switch (form, value) {
    case (.object(let fields, let preservesUnknown), .object(let members)):
      return members.rebuilt { key, member in
        guard let index = fields.index(of: key) else {
          if preservesUnknown { return .kept }
          unknown.append(path.appending(field: key))
          return .gone
        }
        let schema = fields[index].schema
        if member.isNull { return schema.isNullable ? .kept : .gone }
        guard schema.hasMembers else { return .kept }
        return schema.pruned(member, at: path.appending(field: key), &unknown).map { .replaced($0) } ?? .kept
      }
    case (.map(let element), .object(let members)):
      return members.rebuilt { key, member in
        if member.isNull { return element.isNullable ? .kept : .gone }
        guard element.hasMembers else { return .kept }
        return element.pruned(member, at: path.appending(field: key), &unknown).map { .replaced($0) } ?? .kept
      }
    case (.array(let element), .array(let elements)):
      guard element.hasMembers else { return nil }
      var result: [JSONValue]?
      for (index, value) in elements.enumerated() {
        guard let pruned = element.pruned(value, at: "\(path)[\(index)]", &unknown) else { continue }
        if result == nil { result = elements }
        result?[index] = pruned
      }
      return result.map { .array($0) }
    default: return nil
    }
  }

  /// Whether a value has something inside that could be unknown.
  private var hasMembers: Bool {
    switch form {
    case .object, .map, .array: true
    case .string, .integer, .number, .boolean, .intOrString, .any, .structure: false
    }
  }
}

/// What becomes of a member.
private enum Fate {
  case kept
  case gone
  case replaced(JSONValue)
}

extension JSONObject {
  /// The members that remain, made anew once; `nil` when that is all of them as they are.
  fileprivate func rebuilt(_ fate: (String, JSONValue) -> Fate) -> JSONValue? {
    var result: [(String, JSONValue)]?
    for (index, (key, value)) in enumerated() {
      switch fate(key, value) {
      case .kept: result?.append((key, value))
      case .gone: if result == nil { result = prefix(index).map { ($0.key, $0.value) } }
      case .replaced(let new):
        if result == nil { result = prefix(index).map { ($0.key, $0.value) } }
        result?.append((key, new))
      }
    }
    return result.map { .object(JSONObject($0)) }
  }
}
