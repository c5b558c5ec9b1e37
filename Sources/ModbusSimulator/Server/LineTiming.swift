/// How long characters and silences last on a serial line.
struct LineTiming: Sendable, Equatable {
  let bitsPerSecond: Int

  init?(bitsPerSecond: Int?) {
    guard let bitsPerSecond, bitsPerSecond > 0 else { return nil }
    self.bitsPerSecond = bitsPerSecond
  }

  /// How long so many characters of 11 bits last, in microseconds.
  func characters(_ count: Int) -> UInt64 { UInt64(count) * 11_000_000 / UInt64(bitsPerSecond) }

  /// The silence that ends a frame, in microseconds: 3.5 characters, fixed above 19200 bits per second.
  var silence: UInt64 { bitsPerSecond > 19_200 ? 1_750 : 38_500_000 / UInt64(bitsPerSecond) }

  /// A send in pieces that come when they would on a wire. A piece lasts about a millisecond, or one character.
  func paced(_ bytes: [UInt8]) -> [WireAction] {
    let piece = max(1, bitsPerSecond / 11_000)
    var actions: [WireAction] = []
    var sent = 0
    while sent < bytes.count {
      let count = min(piece, bytes.count - sent)
      // From the whole, so that fractions of microseconds don't add up.
      actions.append(.pause(microseconds: characters(sent + count) - characters(sent)))
      actions.append(.send(Array(bytes[sent..<(sent + count)])))
      sent += count
    }
    return actions
  }
}
