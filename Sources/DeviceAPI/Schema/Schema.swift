public import JSON

/// What a value of the API may be: a structural schema, as CRDs have it, as data.
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
    /// A whole number or text (`x-kubernetes-int-or-string`).
    case intOrString
    /// An object with these fields, in the order of their names; others are kept as they are when `preservesUnknown`.
    case object([Field], preservesUnknown: Bool)
    /// A list.
    case array(of: Schema)
    /// An object with keys of the user's choice.
    case map(of: Schema)
    /// An object or a list, kept as it is.
    case structure
    /// Whatever it is, kept as it is (`x-kubernetes-preserve-unknown-fields` without a type).
    case any
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

  /// How a list is compared and merged (`x-kubernetes-list-type`).
  public enum ListType: Sendable, Hashable {
    /// As a whole.
    case atomic
    /// Element by element; each is there once.
    case set
    /// By the values of these members, which no two elements share (`x-kubernetes-list-map-keys`).
    case map(keys: [String])
  }

  /// How an object is merged (`x-kubernetes-map-type`).
  public enum MapType: Sendable, Hashable {
    /// Member by member.
    case granular
    /// As a whole.
    case atomic
  }

  /// The sort of value.
  public var form: Form
  /// What the value means, with its unit.
  public var description: String
  /// The values allowed; all when empty.
  public var allowed: [JSONValue] = []
  /// The value taken when there is none.
  public var `default`: JSONValue?
  /// Whether `null` is a value, and not the same as an absent field.
  public var isNullable = false
  /// The format of a text or a number in OpenAPI's words, for instance `int64`, `byte` or `date-time`.
  public var format: String?
  /// The least number allowed.
  public var minimum: JSONNumber?
  /// The greatest number allowed.
  public var maximum: JSONNumber?
  /// Whether a number has to be more than ``minimum``.
  public var isMinimumExclusive = false
  /// Whether a number has to be less than ``maximum``.
  public var isMaximumExclusive = false
  /// What a number is an integral multiple of.
  public var multipleOf: JSONNumber?
  /// The regular expression a text matches somewhere.
  public var pattern: String?
  /// Whether ``pattern`` is held to, not only told: an expression from outside can take forever.
  public var isPatternChecked = false
  /// How many characters a text has at least.
  public var minLength: Int?
  /// How many characters a text has at most.
  public var maxLength: Int?
  /// How many elements a list has at least.
  public var minItems: Int?
  /// How many elements a list has at most.
  public var maxItems: Int?
  /// How many members an object has at least.
  public var minProperties: Int?
  /// How many members an object has at most.
  public var maxProperties: Int?
  /// Sets of fields, exactly one of which is all there; no rule when empty.
  public var oneOf: [[String]] = []
  /// Sets of fields, at least one of which is all there; no rule when empty.
  public var anyOf: [[String]] = []
  /// Fields that aren't all there at once; no rule when empty.
  public var not: [String] = []
  /// How a list is merged.
  public var listType = ListType.atomic
  /// How an object is merged.
  public var mapType = MapType.granular

  /// The unit of a number, for people.
  public var unit: String?
  /// Whether a number or a truth value may also stand as text, and a word be written in any case.
  public var isLenient = false

  init(form: Form, description: String) {
    self.form = form
    self.description = description
  }
}
