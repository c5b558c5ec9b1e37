import JSON

extension Schema {
  package static func string(_ description: String, allowed: [String] = [], format: String? = nil) -> Schema {
    var schema = Schema(form: .string, description: description)
    schema.allowed = allowed.map { .string($0) }
    schema.format = format
    return schema
  }

  package static func integer(
    _ description: String, allowed: [Int64] = [], minimum: Int64? = nil, maximum: Int64? = nil, format: String? = "int64"
  ) -> Schema {
    var schema = Schema(form: .integer, description: description)
    schema.allowed = allowed.map { .number(JSONNumber($0)) }
    schema.minimum = minimum.map { JSONNumber($0) }
    schema.maximum = maximum.map { JSONNumber($0) }
    schema.format = format
    return schema
  }

  package static func number(_ description: String) -> Schema { Schema(form: .number, description: description) }

  package static func boolean(_ description: String, allowed: [Bool] = []) -> Schema {
    var schema = Schema(form: .boolean, description: description)
    schema.allowed = allowed.map { .bool($0) }
    return schema
  }

  /// An object with these fields; of fields with the same name the last counts.
  package static func object(
    _ description: String, _ fields: [Field], preservesUnknown: Bool = false, merged mapType: MapType = .granular
  ) -> Schema {
    var schema = Schema(form: .object(fields.sorted { $0.name < $1.name }, preservesUnknown: preservesUnknown), description: description)
    schema.mapType = mapType
    return schema
  }

  /// An object whose members are nobody's business but the driver's.
  package static func free(_ description: String) -> Schema { .object(description, [], preservesUnknown: true) }

  package static func array(_ description: String, of element: Schema, merged listType: ListType = .atomic) -> Schema {
    var schema = Schema(form: .array(of: element), description: description)
    schema.listType = listType
    return schema
  }

  package static func map(_ description: String, of value: Schema) -> Schema {
    Schema(form: .map(of: value), description: description)
  }

  /// An object or a list that its reader knows by itself.
  package static func structure(_ description: String) -> Schema { Schema(form: .structure, description: description) }

  /// Whatever its reader takes.
  package static func any(_ description: String) -> Schema { Schema(form: .any, description: description) }

  /// The same with `null` as a value of its own.
  package var nullable: Schema {
    var schema = self
    schema.isNullable = true
    return schema
  }
}

extension Schema.Field {
  package static func optional(_ name: String, _ schema: Schema) -> Schema.Field {
    Schema.Field(name: name, isRequired: false, schema: schema)
  }

  package static func required(_ name: String, _ schema: Schema) -> Schema.Field {
    Schema.Field(name: name, isRequired: true, schema: schema)
  }
}
