public import JSON

extension Schema {
  /// The schema that an OpenAPI 3 document or a CRD's `openAPIV3Schema` says.
  ///
  /// A node without a type is whatever it may be. Of `oneOf`, `anyOf` and `not` only lists of required fields count; `allOf`
  /// counts so far, too.
  ///
  /// - Parameters:
  ///   - openAPI: The schema object.
  ///   - checksPatterns: Whether values are held to `pattern`, which only whoever trusts the schema's author may ask for: there are
  ///     expressions that take hours to match, or to read. Else they are told, up to 1,024 bytes.
  ///   - isResource: Whether it is that of a whole object of the API, whose `apiVersion`, `kind` and `metadata` Kubernetes
  ///     knows by itself.
  /// - Throws: ``DeviceAPIError`` with the path inside the schema, for what isn't a schema.
  public init(openAPI: JSONValue, isResource: Bool = false, checksPatterns: Bool = false) throws(DeviceAPIError) {
    self = try SchemaReader(path: "", checksPatterns: checksPatterns).schema(openAPI)
    guard isResource else { return }
    guard case .object(let fields, let preservesUnknown) = form else {
      throw DeviceAPIError(code: .invalidField, path: "type", problem: "the schema of a whole object has to be an object")
    }
    let own = fields.filter { !["apiVersion", "kind", "metadata"].contains($0.name) }
    let whole = Schema.resource(description, own)
    form = .object(whole.fields, preservesUnknown: preservesUnknown)
  }
}

/// Reads schema objects, the parts of parts with their paths.
private struct SchemaReader {
  private static let maximumPattern = 1_024

  let path: String
  let checksPatterns: Bool

  func schema(_ json: JSONValue) throws(DeviceAPIError) -> Schema {
    guard let members = json.object else { throw error("expected a schema object, found \(json.kind)") }
    if let reference = members["$ref"]?.string { throw error("$ref \(reference) isn't followed") }
    var schema = Schema(form: try form(members), description: members["description"]?.string ?? "")
    schema.allowed = members["enum"]?.array ?? []
    schema.default = members["default"]
    schema.isNullable = members["nullable"]?.bool ?? false
    schema.format = members["format"]?.nonEmptyString
    schema.minimum = members["minimum"]?.number
    schema.maximum = members["maximum"]?.number
    schema.isMinimumExclusive = members["exclusiveMinimum"]?.bool ?? false
    schema.isMaximumExclusive = members["exclusiveMaximum"]?.bool ?? false
    schema.multipleOf = members["multipleOf"]?.number
    if let pattern = members["pattern"]?.nonEmptyString {
      guard pattern.utf8.count <= Self.maximumPattern else {
        throw inside("pattern").error("a regular expression has at most \(Self.maximumPattern) bytes")
      }
      if checksPatterns, (try? Regex(pattern)) == nil {
        throw inside("pattern").error("\(pattern.debugDescription) is no regular expression")
      }
      schema.pattern = pattern
      schema.isPatternChecked = checksPatterns
    }
    schema.minLength = count(members, "minLength")
    schema.maxLength = count(members, "maxLength")
    schema.minItems = count(members, "minItems")
    schema.maxItems = count(members, "maxItems")
    schema.minProperties = count(members, "minProperties")
    schema.maxProperties = count(members, "maxProperties")
    schema.oneOf = required(members["oneOf"])
    schema.anyOf = required(members["anyOf"])
    schema.not = members["not"]?["required"]?.array?.compactMap(\.string) ?? []
    schema.unit = members["x-swiftlet-unit"]?.nonEmptyString
    schema.isLenient = members["x-swiftlet-lenient"]?.bool ?? false
    if case .array = schema.form { schema.listType = try listType(members) }
    if members["x-kubernetes-map-type"]?.string == "atomic" { schema.mapType = .atomic }
    return schema
  }

  private func form(_ members: JSONObject) throws(DeviceAPIError) -> Schema.Form {
    if members["x-kubernetes-int-or-string"]?.bool == true { return .intOrString }
    let preservesUnknown = members["x-kubernetes-preserve-unknown-fields"]?.bool == true
    switch members["type"]?.string {
    case "string": return .string
    case "integer": return .integer
    case "number": return .number
    case "boolean": return .boolean
    case "array":
      guard let items = members["items"] else { return .array(of: Schema(form: .any, description: "")) }
      return .array(of: try inside("items").schema(items))
    case nil where members["anyOf"] == [["type": "object"], ["type": "array"]]: return .structure
    case nil where members["properties"] == nil: return .any
    case "object", nil: return try object(members, preservesUnknown: preservesUnknown)
    case let type?: throw inside("type").error("\"\(type)\" is not string, integer, number, boolean, array or object")
    }
  }

  private func object(_ members: JSONObject, preservesUnknown: Bool) throws(DeviceAPIError) -> Schema.Form {
    if members["properties"] == nil, let values = members["additionalProperties"] {
      if values == true { return .map(of: Schema(form: .any, description: "")) }
      if values != false { return .map(of: try inside("additionalProperties").schema(values)) }
    }
    var required = Set(members["required"]?.array?.compactMap(\.string) ?? [])
    // All of several lists of required fields are required.
    for part in members["allOf"]?.array ?? [] { required.formUnion(part["required"]?.array?.compactMap(\.string) ?? []) }
    var fields: [Schema.Field] = []
    for (name, json) in members["properties"]?.object ?? [:] {
      let isRequired = required.remove(name) != nil
      fields.append(Schema.Field(name: name, isRequired: isRequired, schema: try inside("properties").inside(name).schema(json)))
    }
    // What is required of unknown fields can be said only of fields.
    for name in required {
      fields.append(Schema.Field(name: name, isRequired: true, schema: Schema(form: .any, description: "")))
    }
    return .object(fields.sorted { $0.name < $1.name }, preservesUnknown: preservesUnknown)
  }

  private func listType(_ members: JSONObject) throws(DeviceAPIError) -> Schema.ListType {
    switch members["x-kubernetes-list-type"]?.string {
    case nil, "atomic": return .atomic
    case "set": return .set
    case "map":
      let keys = members["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
      if keys.isEmpty { throw inside("x-kubernetes-list-map-keys").error("a list of type map needs its keys") }
      return .map(keys: keys)
    case let type?: throw inside("x-kubernetes-list-type").error("\"\(type)\" is not atomic, set or map")
    }
  }

  private func required(_ alternatives: JSONValue?) -> [[String]] {
    let sets = alternatives?.array?.map { $0["required"]?.array?.compactMap(\.string) ?? [] } ?? []
    // An alternative that says something else can't be judged by its required fields.
    return sets.contains(where: \.isEmpty) ? [] : sets
  }

  private func count(_ members: JSONObject, _ key: String) -> Int? { members[key]?.integer.flatMap { Int(exactly: $0) } }

  private func inside(_ part: String) -> SchemaReader { SchemaReader(path: path.appending(field: part), checksPatterns: checksPatterns) }

  private func error(_ problem: String) -> DeviceAPIError { DeviceAPIError(code: .invalidField, path: path, problem: problem) }
}
