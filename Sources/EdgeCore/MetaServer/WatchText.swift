/// Gathers the lines of a watch into pieces, so that many small ones are sent together and a watcher that takes nothing holds no
/// more than a piece.
struct WatchText {
  private let pieceBytes: Int
  private var bytes: [UInt8] = []

  init(pieceBytes: Int) { self.pieceBytes = pieceBytes }

  /// - Returns: A piece, once enough has gathered.
  mutating func add(_ line: [UInt8]) -> [UInt8]? {
    bytes += line
    return bytes.count >= pieceBytes ? takeRest() : nil
  }

  mutating func takeRest() -> [UInt8]? {
    guard !bytes.isEmpty else { return nil }
    defer { bytes = [] }
    return bytes
  }
}
