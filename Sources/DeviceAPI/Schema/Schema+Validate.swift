public import JSON

extension Schema {
  /// Everything that is wrong with an object as far as the schema knows, in the order of its fields.
  ///
  /// A `null` counts as absent, as it does to Kubernetes.
  public func validate(_ object: JSONValue) -> [FieldError] {
    var errors: [FieldError] = []
    validate(object, at: "", &errors)
    return errors
  }

  private func validate(_ value: JSONValue, at path: String, _ errors: inout [FieldError]) {
    switch (form, value) {
    case (.object(let fields, let preservesUnknown), .object(let members)):
      for (key, member) in members {
        if let field = fields.first(where: { $0.name == key }) {
          if !member.isNull { field.schema.validate(member, at: path.appending(field: key), &errors) }
        } else if !preservesUnknown {
          let names = fields.map(\.name)
          errors.append(
            FieldError(
              path: path.appending(field: key), kind: .unknownField,
              detail: "unknown field" + Suggestion.text(for: key, among: names)))
        }
      }
      for field in fields where field.isRequired && members[field.name] ?? .null == .null {
        errors.append(FieldError(path: path.appending(field: field.name), kind: .required, detail: "required"))
      }
    case (.array(let element), .array(let elements)):
      for (index, value) in elements.enumerated() { element.validate(value, at: "\(path)[\(index)]", &errors) }
    case (.map(let element), .object(let members)):
      for (key, member) in members where !member.isNull { element.validate(member, at: "\(path)[\(key)]", &errors) }
    case (.string, .string), (.boolean, .bool), (.number, .number):
      checkRange(value, at: path, &errors)
    case (.integer, .number(let number)) where number.int64 != nil:
      checkRange(value, at: path, &errors)
    default:
      errors.append(
        FieldError(path: path, kind: .typeInvalid, value: value.shortText, detail: typeProblem(value)))
    }
  }

  private func checkRange(_ value: JSONValue, at path: String, _ errors: inout [FieldError]) {
    if !allowed.isEmpty, !allowed.contains(where: { $0 == value || $0.integer != nil && $0.integer == value.integer }) {
      let names = allowed.map { $0.string ?? $0.text }
      errors.append(
        FieldError(
          path: path, kind: .notSupported, value: value.shortText,
          detail: "\(value.shortText) is not one of \(names.joined(separator: ", "))"
            + Suggestion.text(for: value.string ?? "", among: names)))
    }
    if let minimum, let number = value.number, number.double < Double(minimum) {
      errors.append(
        FieldError(path: path, kind: .invalid, value: value.shortText, detail: "\(value.shortText) is below the minimum \(minimum)"))
    }
    if let maximum, let number = value.number, number.double > Double(maximum) {
      errors.append(
        FieldError(path: path, kind: .invalid, value: value.shortText, detail: "\(value.shortText) is above the maximum \(maximum)"))
    }
  }

  private func typeProblem(_ value: JSONValue) -> String {
    let problem = "expected \(typeName), found \(value.kind) \(value.shortText)"
    // In YAML 72, on, off, y and n without quotes are no text.
    guard form == .string, value.number != nil || value.bool != nil else { return problem }
    return problem + ": put it in quotes"
  }

  /// The type's name in OpenAPI.
  var typeName: String {
    switch form {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .object, .map: "object"
    case .array: "array"
    }
  }
}

extension String {
  /// The path of a field of the object at this path.
  func appending(field name: String) -> String { isEmpty ? name : "\(self).\(name)" }
}

extension JSONValue {
  /// The value as JSON text, shortened to what fits a sentence.
  var shortText: String {
    let text = text
    return text.count <= 80 ? text : text.prefix(77) + "..."
  }
}
