extension PropertyType {
  /// The longest value allowed, in bytes of UTF-8.
  public static let maximumValueBytes = 65536

  /// What is wrong with `text` as a value of this type, as a sentence without its end; `nil` when nothing is.
  ///
  /// - Parameters:
  ///   - text: The value.
  ///   - minimum: The least value allowed, as decimal text; it counts for numbers only.
  ///   - maximum: The greatest value allowed, as decimal text; it counts for numbers only.
  public func check(_ text: String, minimum: String? = nil, maximum: String? = nil) -> String? {
    guard text.utf8.count <= Self.maximumValueBytes else {
      return "the value has \(text.utf8.count) bytes, more than the \(Self.maximumValueBytes) allowed"
    }
    switch self {
    case .string, .stream: return nil
    case .boolean: return text == "true" || text == "false" ? nil : "\(quoted(text)) is not true or false"
    case .bytes: return Base64.isValid(text) ? nil : "\(quoted(text)) is not base64"
    case .int, .float, .double: return checkNumber(text, minimum, maximum)
    }
  }

  /// Whether two texts are the same value of this type: `70` and `70.0` are the same float.
  ///
  /// Texts that aren't values of the type are the same only when they are equal.
  public func isEqual(_ first: String, _ second: String) -> Bool {
    if first == second { return true }
    switch self {
    case .string, .stream, .boolean: return false
    case .bytes: return Base64.isValid(first) && Base64.isValid(second) && Base64.bare(first).elementsEqual(Base64.bare(second))
    case .int: return Decimal64.int(first).map { $0 == Decimal64.int(second) } ?? false
    case .float:
      // Single precision: what a device can hold, so that a value read back equals the one written.
      return Decimal64.double(first).flatMap { a in Decimal64.double(second).map { Float(a) == Float($0) } } ?? false
    case .double: return Decimal64.double(first).map { $0 == Decimal64.double(second) } ?? false
    }
  }

  private func checkNumber(_ text: String, _ minimum: String?, _ maximum: String?) -> String? {
    guard let value = Decimal64.double(text) else { return "\(quoted(text)) is not a \(self == .int ? "whole " : "")number" }
    if self == .int {
      guard let whole = Decimal64.int(text) else {
        return Decimal64.isInteger(text) ? "\(quoted(text)) does not fit 64 bits" : "\(quoted(text)) is not a whole number"
      }
      // Beyond 2^53 doubles can't tell neighbours apart.
      if let limit = minimum.flatMap({ Decimal64.int($0) }), whole < limit { return below(text, minimum) }
      if let limit = maximum.flatMap({ Decimal64.int($0) }), whole > limit { return above(text, maximum) }
    }
    if self == .float, !Float(value).isFinite { return "\(quoted(text)) does not fit single precision" }
    if let limit = minimum.flatMap({ Decimal64.double($0) }), value < limit { return below(text, minimum) }
    if let limit = maximum.flatMap({ Decimal64.double($0) }), value > limit { return above(text, maximum) }
    return nil
  }

  private func below(_ text: String, _ limit: String?) -> String { "\(text) is below the minimum \(limit ?? "")" }

  private func above(_ text: String, _ limit: String?) -> String { "\(text) is above the maximum \(limit ?? "")" }

  private func quoted(_ text: String) -> String { "\"\(text.count <= 64 ? text : text.prefix(61) + "...")\"" }
}
