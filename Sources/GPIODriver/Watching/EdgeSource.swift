/// A descriptor that becomes readable when edges of a line wait.
struct EdgeSource: Sendable, Hashable {
  var descriptor: Int32
  var key: LineKey
  /// The line's place in its request.
  var line: Int
}
