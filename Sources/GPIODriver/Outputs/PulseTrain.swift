internal import MapperSDK

/// An output's pulses on their way: active for a while, inactive for a while, some times.
///
/// A value without a clock: times are nanoseconds of a monotonic clock, handed in.
struct PulseTrain: Sendable, Hashable {
  /// The longest a pulse may be, in milliseconds.
  static let longest: Int64 = 60_000
  /// The most pulses.
  static let most = 1000

  /// How long each level lasts, in nanoseconds.
  let half: Int64
  /// Changes of level still to come; the last makes the output inactive.
  private(set) var remaining: Int
  /// When the next one is.
  private(set) var deadline: Int64

  private init(pulses: Int, milliseconds: Int64, start: Int64) {
    half = milliseconds * 1_000_000
    remaining = 2 * pulses
    deadline = start
  }

  /// Reads a command.
  ///
  /// - Parameter start: When it begins.
  /// - Throws: ``ReadingError`` that says what the command takes.
  init(_ command: DeviceCommand, start: Int64) throws(ReadingError) {
    let argument = command.argument.filter { $0 != " " }
    switch command.name {
    case "pulse":
      guard let length = Int64(argument), (1...Self.longest).contains(length) else {
        throw Self.refusal(command, "a length in milliseconds from 1 to \(Self.longest), for instance 500")
      }
      self.init(pulses: 1, milliseconds: length, start: start)
    case "blink":
      let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
      guard parts.count == 2, let pulses = Int(parts[0]), (1...Self.most).contains(pulses), let length = Int64(parts[1]),
        (1...Self.longest).contains(length)
      else { throw Self.refusal(command, "how often and how long in milliseconds, for instance 3x200") }
      self.init(pulses: pulses, milliseconds: length, start: start)
    default: throw ReadingError(.failed, "an output knows no command \(command.name)")
    }
  }

  private static func refusal(_ command: DeviceCommand, _ wanted: String) -> ReadingError {
    ReadingError(.invalidValue, "\(command.name) takes \(wanted), not \"\(command.argument.prefix(32))\"")
  }

  /// Whether no change is left.
  var isOver: Bool { remaining == 0 }

  /// The level that is due, if one is.
  mutating func level(now: Int64) -> Bool? {
    guard remaining > 0, now >= deadline else { return nil }
    let level = remaining.isMultiple(of: 2)
    remaining -= 1
    // From when it really was: a pulse is never shorter than asked for.
    deadline = now + half
    // After the last one the output stays inactive; there is nothing to wait for.
    return level
  }
}
