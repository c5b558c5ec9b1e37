public import JSON

extension Schema {
  /// Sets what has a default value and isn't there, or is `null` where that is no value; defaults are completed likewise.
  public func applyDefaults(to object: inout JSONValue) {
    if let completed = completed(object) { object = completed }
  }

  /// The value with its defaults; `nil` when nothing was missing.
  private func completed(_ value: JSONValue) -> JSONValue? {
    switch (form, value) {
    case (.object(let fields, _), .object(let members)):
      var result: JSONObject?
      for field in fields {
        let member = members[field.name]
        let isMissing = member == nil || member == .null && !field.schema.isNullable
        if isMissing, let value = field.schema.default {
          var changed = result ?? members
          changed[field.name] = field.schema.completed(value) ?? value
          result = changed
        } else if let member, let completed = field.schema.completed(member) {
          var changed = result ?? members
          changed[field.name] = completed
          result = changed
        }
      }
      return result.map { .object($0) }
    case (.map(let element), .object(let members)):
      var result: JSONObject?
      for (key, member) in members {
        let isMissing = member.isNull && !element.isNullable
        guard let completed = isMissing ? element.default : element.completed(member) else { continue }
        var changed = result ?? members
        changed[key] = completed
        result = changed
      }
      return result.map { .object($0) }
    case (.array(let element), .array(let elements)):
      var result: [JSONValue]?
      for (index, value) in elements.enumerated() {
        guard let completed = element.completed(value) else { continue }
        if result == nil { result = elements }
        result?[index] = completed
      }
      return result.map { .array($0) }
    default: return nil
    }
  }
}
