import ArgumentParser

/// How long to wait, as kubectl takes it: `30s`, `2m`, or seconds; 0 looks once where that makes sense, less than 0 is a week.
struct Timeout: ExpressibleByArgument, Hashable, CustomStringConvertible {
  let duration: Duration

  private static let week: Duration = .seconds(7 * 86_400)

  /// No limit to speak of.
  static let none = Timeout(duration: week)

  /// A number of seconds.
  static func seconds(_ count: Int64) -> Timeout { Timeout(duration: .seconds(count)) }

  private init(duration: Duration) { self.duration = duration }

  init?(argument: String) {
    if let seconds = Int64(argument) {
      guard seconds <= 7 * 86_400 else { return nil }
      duration = seconds < 0 ? Self.week : .seconds(seconds)
    } else if argument.hasPrefix("-"), TimeSpan(argument: String(argument.dropFirst())) != nil {
      duration = Self.week
    } else if argument.hasSuffix("ms"), let milliseconds = Int64(argument.dropLast(2)), milliseconds >= 0 {
      duration = .milliseconds(milliseconds)
    } else if argument == "0s" {
      duration = .zero
    } else {
      guard let span = TimeSpan(argument: argument) else { return nil }
      duration = .seconds(span.seconds)
    }
  }

  var description: String { "\(duration.components.seconds)s" }
  var defaultValueDescription: String { self == .none ? "no limit" : description }
}
