extension JSONValue {
  /// About how many bytes the document has as text; cheaper than writing it.
  public var weight: Int {
    switch self {
    case .null, .bool: 5
    case .number(let number): number.text.utf8.count + 1
    case .string(let text): text.utf8.count + 3
    case .array(let elements): elements.reduce(2) { $0 + $1.weight }
    case .object(let object): object.members.reduce(2) { $0 + $1.key.utf8.count + 4 + $1.value.weight }
    }
  }

  /// Whether arrays and objects nest no deeper than this; looks no deeper either.
  public func nests(atMost depth: Int) -> Bool {
    switch self {
    case .array(let elements): depth > 0 && elements.allSatisfy { $0.nests(atMost: depth - 1) }
    case .object(let object): depth > 0 && object.members.allSatisfy { $0.value.nests(atMost: depth - 1) }
    default: true
    }
  }
}
