extension Value {
  /// This value as one of another type, where nothing but a fraction's last digits is lost: a whole number for an
  /// integer, a number's text for a string.
  ///
  /// - Throws: ``ValueError`` when the types don't meet, or the value doesn't fit.
  public func converted(to type: ValueType) throws(ValueError) -> Value {
    if type == self.type { return self }
    switch (self, type) {
    case (.float(let value), .int): return try Self.integer(Double(value))
    case (.double(let value), .int): return try Self.integer(value)
    case (.int(let value), .double): return .double(Double(value))
    case (.float(let value), .double):
      // By its text: 0.1 stays 0.1 and doesn't become 0.10000000149011612.
      return .double(Double("\(value)") ?? Double(value))
    case (.int(let value), .float): return .float(Float(value))
    case (.double(let value), .float):
      let narrowed = Float(value)
      guard narrowed.isFinite || !value.isFinite else { throw ValueError(.outOfRange, "\(value) doesn't fit a float") }
      return .float(narrowed)
    case (.bool(let value), .int): return .int(value ? 1 : 0)
    case (.int(0), .boolean): return .bool(false)
    case (.int(1), .boolean): return .bool(true)
    case (.bytes, .string), (.int, .string), (.float, .string), (.double, .string), (.bool, .string):
      guard let text else { throw ValueError(.notFinite, "the number is not finite") }
      return .string(text)
    case (.string(let text), _): return try Value(parsing: text, as: type)
    default: throw ValueError(.notOfType, "a value of type \(self.type) can't be one of type \(type)")
    }
  }

  private static func integer(_ value: Double) throws(ValueError) -> Value {
    guard value.isFinite else { throw ValueError(.notFinite, "the number is not finite") }
    guard let integer = Int64(exactly: value) else {
      throw ValueError(.notOfType, "\(DecimalText.text(value) ?? "\(value)") is not an integer")
    }
    return .int(integer)
  }
}
