public import JSON

extension Schema {
  /// Everything that is wrong with an object as far as the schema knows, in the order of its fields.
  ///
  /// A `null` counts as absent where it is no value, as it does to Kubernetes.
  public func validate(_ object: JSONValue) -> [FieldError] { validate(object, takingReferences: false) }

  /// The same, where a ``ValueReference`` may stand in the place of any value that is no object or list.
  func validate(_ object: JSONValue, takingReferences: Bool) -> [FieldError] {
    var validation = SchemaValidation(takesReferences: takingReferences)
    validation.check(object, self)
    return validation.errors
  }
}

/// One run of ``Schema/validate(_:)``, gathering what it finds.
struct SchemaValidation {
  /// Whether values may be references, whose own form is checked elsewhere.
  let takesReferences: Bool
  private(set) var errors: [FieldError] = []
  var path = SchemaPath()

  init(takesReferences: Bool) { self.takesReferences = takesReferences }

  mutating func check(_ value: JSONValue, _ schema: Schema) {
    if value == .null, schema.isNullable { return }
    if takesReferences, !path.isEmpty, ValueReference.isMeant(value) { return checkReference(value, schema) }
    let value = schema.isLenient ? schema.plain(value) : value
    switch (schema.form, value) {
    case (.object(let fields, let preservesUnknown), .object(let members)):
      checkMembers(members, fields, preservesUnknown: preservesUnknown)
      checkObject(members, schema)
    case (.map(let element), .object(let members)):
      for (key, member) in members where !member.isNull { check(member, element, at: .field(key)) }
      checkObject(members, schema)
    case (.array(let element), .array(let elements)):
      for (index, value) in elements.enumerated() { check(value, element, at: .index(index)) }
      checkList(elements, schema)
    case (.string, .string(let text)), (.intOrString, .string(let text)):
      checkText(text, schema)
      checkAllowed(value, schema)
    case (.number, .number(let number)):
      checkNumber(number, schema)
      checkAllowed(value, schema)
    case (.integer, .number(let number)) where number.int64 != nil, (.intOrString, .number(let number)) where number.int64 != nil:
      checkNumber(number, schema)
      checkAllowed(value, schema)
    case (.boolean, .bool):
      checkAllowed(value, schema)
    case (.any, _), (.structure, .object), (.structure, .array): break
    default:
      add(.typeInvalid, value, schema.typeProblem(value))
    }
  }

  /// A reference becomes one value, of which more is known when it is resolved.
  private mutating func checkReference(_ value: JSONValue, _ schema: Schema) {
    switch schema.form {
    case .object, .map, .array, .structure:
      add(.typeInvalid, value, "expected \(schema.typeName ?? "object or array"), which a reference can't stand for")
    case .string, .integer, .number, .boolean, .intOrString, .any: break
    }
  }

  private mutating func check(_ value: JSONValue, _ schema: Schema, at step: SchemaPath.Step) {
    path.push(step)
    check(value, schema)
    path.pop()
  }

  /// Walks fields and members side by side: both are in the order of their names.
  private mutating func checkMembers(_ members: JSONObject, _ fields: [Schema.Field], preservesUnknown: Bool) {
    var next = 0
    for (key, member) in members {
      while next < fields.count, fields[next].name.precedes(key) {
        require(fields[next])
        next += 1
      }
      if next < fields.count, fields[next].name == key {
        if !member.isNull || fields[next].schema.isNullable {
          check(member, fields[next].schema, at: .field(key))
        } else {
          require(fields[next])
        }
        next += 1
      } else if !preservesUnknown {
        let hint = Suggestion.text(for: key, among: fields.map(\.name))
        errors.append(FieldError(path: path.text(field: key), kind: .unknownField, detail: "unknown field" + hint))
      }
    }
    while next < fields.count {
      require(fields[next])
      next += 1
    }
  }

  private mutating func require(_ field: Schema.Field) {
    guard field.isRequired else { return }
    errors.append(FieldError(path: path.text(field: field.name), kind: .required, detail: "required"))
  }

  mutating func add(_ kind: FieldError.Kind, _ value: JSONValue?, _ detail: String) {
    errors.append(FieldError(path: path.text, kind: kind, value: value?.shortText, detail: detail))
  }

  mutating func add(_ error: FieldError) { errors.append(error) }
}

extension Schema {
  /// A value as it would stand where nothing is lenient: a number's text as the number, a word as the schema writes it.
  fileprivate func plain(_ value: JSONValue) -> JSONValue {
    guard let text = value.string else { return value }
    switch form {
    case .integer, .number: return JSONNumber(text: text).map(JSONValue.number) ?? value
    case .boolean: return text == "true" ? true : text == "false" ? false : value
    case .string: return allowed.first { $0.string?.lowercased() == text.lowercased() } ?? value
    default: return value
    }
  }

  fileprivate func typeProblem(_ value: JSONValue) -> String {
    let expected = typeName ?? (form == .structure ? "object or array" : "integer or string")
    let problem = "expected \(expected), found \(value.isNull ? "null" : "\(value.kind) \(value.shortText)")"
    // In YAML 72, on, off, y and n without quotes are no text.
    guard form == .string, value.number != nil || value.bool != nil else { return problem }
    return problem + ": put it in quotes"
  }
}

extension JSONValue {
  /// The value as JSON text, shortened to what fits a sentence.
  var shortText: String {
    let text = text
    return text.count <= 80 ? text : text.prefix(77) + "..."
  }
}
