/// What goes wrong with the answer to a request.
public enum Fault: Sendable, Hashable {
  /// The request is lost on its way: it isn't served, and nothing answers.
  case ignore
  /// The answer is lost: the request is served (a write happens), but nothing comes back.
  case drop
  /// The answer comes later, by so many milliseconds.
  case delay(milliseconds: Int)
  /// The answer comes so late that the next request is already on its way: just before the answer to that one.
  case late
  /// Random bytes come before the answer.
  case garbageBefore(count: Int)
  /// Random bytes come instead of the answer.
  case garbageInstead(count: Int)
  /// Only the first bytes of the answer come; a negative number leaves so many out at the end.
  case truncate(keeping: Int)
  /// The answer names another unit: the asked one plus 1.
  case wrongUnit
  /// The answer names another transaction; on RTU, which has none, the answer is right.
  case wrongTransaction
  /// The header's protocol isn't 0; on RTU, which has none, the answer is right.
  case wrongProtocol
  /// The answer is one to another function: reads trade places, other codes have their lowest bit flipped.
  case wrongFunction
  /// The byte count of a read's answer is more than its data by `difference` (less, when negative); in answers that
  /// have none the third byte changes so.
  case wrongByteCount(difference: Int)
  /// The answer has fewer or more data bytes than were asked for, with a byte count and length that fit the data.
  case wrongDataLength(difference: Int)
  /// The answer to a write names another address.
  case wrongEcho
  /// The checksum is wrong; on TCP, which has none, the answer is right.
  case wrongCRC
  /// The answer comes twice.
  case duplicate
  /// The request comes back before the answer, as from an RS-485 adapter that hears itself.
  case echo
  /// The request isn't served, and answered with this exception.
  case exception(ModbusExceptionCode)
  /// The connection is closed instead of an answer; a serial line only loses the answer.
  case close
  /// The connection is reset (RST) instead of an answer; a serial line only loses the answer.
  case reset
  /// The connection is closed after half of the answer; a serial line only loses the second half.
  case closeMidFrame
  /// The answer comes byte by byte with a pause after each.
  case dribble(pauseMilliseconds: Int)
  /// The answer comes in two halves with a pause between.
  case split(pauseMilliseconds: Int)

  /// Whether the request never reaches the device's memory.
  var keepsFromServing: Bool {
    switch self {
    case .ignore, .exception: true
    default: false
    }
  }
}
