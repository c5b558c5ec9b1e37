extension JSONValue {
  /// Whether two values are the same: numbers by their text, strings by their bytes.
  ///
  /// Swift's hash of a text is the same for all its normal forms, so hashing needs nothing of its own.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}
