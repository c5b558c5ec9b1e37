public import JSON

/// What a value of the API may be: the CRDs of KubeEdge as data.
public struct Schema: Sendable, Hashable {
  /// The sort of value, with what it is made of.
  public indirect enum Form: Sendable, Hashable {
    /// Text.
    case string
    /// A whole number of 64 bits.
    case integer
    /// A number.
    case number
    /// `true` or `false`.
    case boolean
    /// An object with these fields; others are kept as they are when `preservesUnknown`.
    case object([Field], preservesUnknown: Bool)
    /// A list.
    case array(of: Schema)
    /// An object with keys of the user's choice.
    case map(of: Schema)
  }

  /// A field of an object.
  public struct Field: Sendable, Hashable {
    /// The name.
    public var name: String
    /// Whether the field has to be there.
    public var isRequired: Bool
    /// What it holds.
    public var schema: Schema
  }

  /// The sort of value.
  public var form: Form
  /// What the value means, with its unit.
  public var description: String
  /// The values allowed; all when empty.
  public var allowed: [JSONValue] = []
  /// The least number allowed.
  public var minimum: Int64?
  /// The greatest number allowed.
  public var maximum: Int64?
  /// A hint about the value in OpenAPI's words, for instance `int64`, `byte` or `date-time`.
  public var format: String?

  /// The fields, of an object with known ones.
  public var fields: [Field] {
    if case .object(let fields, _) = form { fields } else { [] }
  }
}

extension Schema {
  package static func string(_ description: String, allowed: [String] = [], format: String? = nil) -> Schema {
    Schema(form: .string, description: description, allowed: allowed.map { .string($0) }, format: format)
  }

  package static func integer(
    _ description: String, allowed: [Int64] = [], minimum: Int64? = nil, maximum: Int64? = nil, format: String? = "int64"
  ) -> Schema {
    Schema(
      form: .integer, description: description, allowed: allowed.map { .number(JSONNumber($0)) }, minimum: minimum, maximum: maximum,
      format: format)
  }

  package static func number(_ description: String) -> Schema { Schema(form: .number, description: description) }

  package static func boolean(_ description: String, allowed: [Bool] = []) -> Schema {
    Schema(form: .boolean, description: description, allowed: allowed.map { .bool($0) })
  }

  package static func object(_ description: String, _ fields: [Field]) -> Schema {
    Schema(form: .object(fields.sorted { $0.name < $1.name }, preservesUnknown: false), description: description)
  }

  /// An object whose members are nobody's business but the driver's.
  package static func free(_ description: String) -> Schema {
    Schema(form: .object([], preservesUnknown: true), description: description)
  }

  package static func array(_ description: String, of element: Schema) -> Schema {
    Schema(form: .array(of: element), description: description)
  }

  package static func map(_ description: String, of value: Schema) -> Schema {
    Schema(form: .map(of: value), description: description)
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
