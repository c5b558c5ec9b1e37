public import JSON

extension Schema {
  /// The schema in OpenAPI's words.
  public var openAPI: JSONValue {
    var json: JSONObject = [:]
    json["type"] = typeName.map { .string($0) }
    json["description"] = description.isEmpty ? nil : .string(description)
    json["format"] = format.map { .string($0) }
    json["enum"] = allowed.isEmpty ? nil : .array(allowed)
    json["default"] = self.default
    json["nullable"] = isNullable ? true : nil
    json["minimum"] = minimum.map { .number($0) }
    json["maximum"] = maximum.map { .number($0) }
    json["exclusiveMinimum"] = isMinimumExclusive ? true : nil
    json["exclusiveMaximum"] = isMaximumExclusive ? true : nil
    json["multipleOf"] = multipleOf.map { .number($0) }
    json["pattern"] = pattern.map { .string($0) }
    let counts = [
      ("minLength", minLength), ("maxLength", maxLength), ("minItems", minItems), ("maxItems", maxItems), ("minProperties", minProperties),
      ("maxProperties", maxProperties),
    ]
    for (key, count) in counts { json[key] = count.map { .init($0) } }
    json["oneOf"] = Self.required(oneOf)
    json["anyOf"] = Self.required(anyOf)
    json["not"] = not.isEmpty ? nil : ["required": .array(not.map { .string($0) })]
    switch form {
    case .object(let fields, let preservesUnknown):
      let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
      json["required"] = required.isEmpty ? nil : .array(required)
      if !fields.isEmpty { json["properties"] = .object(JSONObject(fields.map { ($0.name, $0.schema.openAPI) })) }
      if preservesUnknown { json["x-kubernetes-preserve-unknown-fields"] = true }
    case .array(let element): json["items"] = element.openAPI
    case .map(let value): json["additionalProperties"] = value.openAPI
    case .intOrString: json["x-kubernetes-int-or-string"] = true
    case .structure:
      json["anyOf"] = [["type": "object"], ["type": "array"]]
      json["x-kubernetes-preserve-unknown-fields"] = true
    case .any: json["x-kubernetes-preserve-unknown-fields"] = true
    case .string, .integer, .number, .boolean: break
    }
    json["x-swiftlet-unit"] = unit.map { .string($0) }
    json["x-swiftlet-lenient"] = isLenient ? true : nil
    switch listType {
    case .atomic: break
    case .set: json["x-kubernetes-list-type"] = "set"
    case .map(let keys):
      json["x-kubernetes-list-type"] = "map"
      json["x-kubernetes-list-map-keys"] = .array(keys.map { .string($0) })
    }
    if mapType == .atomic { json["x-kubernetes-map-type"] = "atomic" }
    return .object(json)
  }

  private static func required(_ alternatives: [[String]]) -> JSONValue? {
    guard !alternatives.isEmpty else { return nil }
    return .array(alternatives.map { ["required": .array($0.map { .string($0) })] })
  }
}
