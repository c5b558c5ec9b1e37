extension Schema {
  /// The fields, of an object with known ones.
  public var fields: [Field] {
    if case .object(let fields, _) = form { fields } else { [] }
  }

  /// What the elements of a list or the values of a map are.
  public var element: Schema? {
    switch form {
    case .array(let element), .map(let element): element
    default: nil
    }
  }

  /// Whether the value is a whole number or text.
  public var isIntOrString: Bool { form == .intOrString }

  /// Whether members without a schema are kept as they are.
  public var preservesUnknown: Bool {
    switch form {
    case .object(_, let preservesUnknown): preservesUnknown
    case .any, .structure: true
    default: false
    }
  }

  /// The members by which elements of a list are told apart; none of a list that isn't merged by members.
  public var listKeys: [String] {
    if case .map(let keys) = listType { keys } else { [] }
  }

  /// What the member `key` of an object holds: a field's schema or a map's; `nil` when nothing is known of it.
  public func member(_ key: String) -> Schema? {
    switch form {
    case .object(let fields, _): fields.index(of: key).map { fields[$0].schema }
    case .map(let element): element
    default: nil
    }
  }

  /// The type's name in OpenAPI; `nil` when the schema has none.
  var typeName: String? {
    switch form {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .object, .map: "object"
    case .array: "array"
    case .intOrString, .any, .structure: nil
    }
  }
}

extension [Schema.Field] {
  /// The place of a field, in the order of the names.
  func index(of name: String) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].name == name ? low : nil
  }
}
