public import JSON

extension DriverSchema {
  /// What a member may be.
  public enum Kind: Sendable, Hashable {
    /// An integer within a range.
    case integer(ClosedRange<Int64>)
    /// A number within a range.
    case number(ClosedRange<Double>)
    /// Text.
    case string
    /// One of these words.
    case oneOf([String])
    /// `true` or `false`.
    case boolean
    /// An object or a list the driver reads by itself.
    case structure
    /// Whatever the driver reads by itself: text or a number, for instance.
    case any
  }

  /// One member of a configuration.
  public struct Field: Sendable, Hashable {
    /// The member's name.
    public var name: String
    /// What it may be.
    public var kind: Kind
    /// The unit of a number, for people.
    public var unit: String?
    /// What the driver takes when the member is absent; none: nothing in particular, or the member is required.
    public var defaultValue: JSONValue?
    /// Whether the member has to be there.
    public var isRequired: Bool
    /// Whether a number or a truth value may also stand as text (`"502"`), and a word be written in any case; the driver
    /// then reads it so.
    public var isLenient: Bool
    /// What it means, as half a sentence.
    public var doc: String

    /// A member.
    public init(
      _ name: String, _ kind: Kind, unit: String? = nil, default defaultValue: JSONValue? = nil, isRequired: Bool = false,
      isLenient: Bool = false, doc: String
    ) {
      self.name = name
      self.kind = kind
      self.unit = unit
      self.defaultValue = defaultValue
      self.isRequired = isRequired
      self.isLenient = isLenient
      self.doc = doc
    }

    /// What is wrong with a value; `nil` when nothing is.
    func problem(with value: JSONValue) -> String? {
      let found = value.text.count <= 64 ? value.text : "a \(value.kind)"
      let plain = isLenient ? kind.plain(value) : value
      switch kind {
      case .integer(let range):
        guard let integer = plain.integer else { return "expected an integer, found \(found)" }
        return range.contains(integer) ? nil : "expected an integer \(Self.text(range)), found \(found)"
      case .number(let range):
        guard let number = plain.number?.double, number.isFinite else { return "expected a number, found \(found)" }
        return range.contains(number) ? nil : "expected a number \(Self.text(range)), found \(found)"
      case .string: return value.string != nil ? nil : "expected a string, found \(found)"
      case .oneOf(let words):
        guard let word = plain.string, words.contains(word) else {
          let hint = value.string.flatMap { Suggestion.nearest(to: $0, among: words) }.map { ", did you mean \($0)?" } ?? ""
          return "expected one of \(words.joined(separator: ", ")), found \(found)\(hint)"
        }
        return nil
      case .boolean: return plain.bool != nil ? nil : "expected true or false, found \(found)"
      case .any: return nil
      case .structure: return value.object != nil || value.array != nil ? nil : "expected an object or a list, found \(found)"
      }
    }

    private static func text(_ range: ClosedRange<Int64>) -> String {
      switch (range.lowerBound == .min, range.upperBound == .max) {
      case (true, true): ""
      case (false, true): "of at least \(range.lowerBound)"
      case (true, false): "of at most \(range.upperBound)"
      case (false, false): "from \(range.lowerBound) to \(range.upperBound)"
      }
    }

    private static func text(_ range: ClosedRange<Double>) -> String {
      func text(_ number: Double) -> String { DecimalText.text(number) ?? "\(number)" }
      switch (range.lowerBound == -.greatestFiniteMagnitude, range.upperBound == .greatestFiniteMagnitude) {
      case (true, true): return ""
      case (false, true): return "of at least \(text(range.lowerBound))"
      case (true, false): return "of at most \(text(range.upperBound))"
      case (false, false): return "from \(text(range.lowerBound)) to \(text(range.upperBound))"
      }
    }
  }
}

extension DriverSchema.Kind {
  /// A value as it would stand where nothing is lenient: a number's text as the number, a word as the schema writes it.
  fileprivate func plain(_ value: JSONValue) -> JSONValue {
    guard let text = value.string else { return value }
    switch self {
    case .integer, .number: return JSONNumber(text: text).map(JSONValue.number) ?? value
    case .boolean: return text == "true" ? true : text == "false" ? false : value
    case .oneOf(let words): return words.first { $0.lowercased() == text.lowercased() }.map(JSONValue.string) ?? value
    case .string, .structure, .any: return value
    }
  }

  /// Any 64-bit integer.
  public static let anyInteger = Self.integer(Int64.min...Int64.max)
  /// Any finite number.
  public static let anyNumber = Self.number(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
}
