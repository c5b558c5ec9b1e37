/// Cuts a stream of bytes into lines.
struct LineSplitter: Sendable {
  /// The longest line in bytes.
  let limit: Int
  private var partial: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  /// A line is longer than the limit.
  struct LineTooLong: Error {}

  /// The lines that end in these bytes, without their end; empty ones are passed over.
  mutating func append(_ bytes: some Collection<UInt8>) throws(LineTooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      partial.append(contentsOf: rest[..<end])
      rest = rest[rest.index(after: end)...]
      guard partial.count <= limit else { throw LineTooLong() }
      if !partial.isEmpty { lines.append(partial) }
      partial = []
    }
    partial.append(contentsOf: rest)
    guard partial.count <= limit else { throw LineTooLong() }
    return lines
  }

  /// The bytes after the last line's end.
  mutating func takeRest() -> [UInt8] {
    defer { partial = [] }
    return partial
  }
}
