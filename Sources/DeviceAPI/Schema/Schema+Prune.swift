public import JSON

extension Schema {
  /// The object without the fields the schema doesn't know, and their paths; nulls of known fields go too, as in Kubernetes.
  public func prune(_ object: JSONValue) -> (JSONValue, [String]) {
    var unknown: [String] = []
    let pruned = prune(object, at: "", &unknown)
    return (pruned, unknown)
  }

  private func prune(_ value: JSONValue, at path: String, _ unknown: inout [String]) -> JSONValue {
    switch (form, value) {
    case (.object(let fields, let preservesUnknown), .object(let members)):
      var result: JSONObject = [:]
      for (key, member) in members {
        if let field = fields.first(where: { $0.name == key }) {
          if !member.isNull { result[key] = field.schema.prune(member, at: path.appending(field: key), &unknown) }
        } else if preservesUnknown {
          result[key] = member
        } else {
          unknown.append(path.appending(field: key))
        }
      }
      return .object(result)
    case (.array(let element), .array(let elements)):
      return .array(elements.enumerated().map { element.prune($1, at: "\(path)[\($0)]", &unknown) })
    default:
      return value
    }
  }
}
