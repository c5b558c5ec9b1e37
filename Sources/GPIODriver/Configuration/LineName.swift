/// A line as a visitor names it.
public enum LineName: Sendable, Hashable, Decodable, CustomStringConvertible {
  /// By its place on the chip, counted from 0.
  case offset(Int)
  /// By the name that the board gives it.
  case name(String)

  /// Reads a number, or text; text of digits is an offset.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let offset = try? container.decode(Int.self) {
      self = .offset(offset)
    } else {
      self.init(try container.decode(String.self))
    }
  }

  /// A line by its text.
  public init(_ text: String) {
    self = Int(text).map { .offset($0) } ?? .name(text)
  }

  /// The line for people.
  public var description: String {
    switch self {
    case .offset(let offset): "line \(offset)"
    case .name(let name): "line \"\(name)\""
    }
  }
}
