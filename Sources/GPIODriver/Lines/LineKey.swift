/// Lines of one request: their chip, and their places on it, in order.
struct LineKey: Hashable, Sendable, CustomStringConvertible {
  var chip: String
  var offsets: [Int]

  /// The lines for people.
  var description: String {
    "\(offsets.count == 1 ? "line" : "lines") \(offsets.map(String.init).joined(separator: ", ")) of \(chip)"
  }
}
