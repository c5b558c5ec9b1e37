package import MapperSDK
package import TwinProtocol

/// What a device's readings are to edgecore: the last good value of each property, and why there is no newer one.
///
/// A value: readings go in, changes of the twin come out.
package struct Report: Sendable {
  private struct Entry: Sendable {
    var lastGood: Sample?
    /// The failure that was reported last, while it lasts.
    var reportedFailure: String?
  }

  private var entries: [String: Entry] = [:]
  /// Readings that gave no value.
  package private(set) var failures = 0

  /// Nothing was read yet.
  package init() {}

  /// Takes a reading of a property.
  ///
  /// A reading that failed is no value: the last good one is told again, with its own time, as `bad`, once a reason.
  ///
  /// - Parameters:
  ///   - type: The type the model gives the property.
  ///   - now: The time for readings without one of their own, in milliseconds since 1970.
  ///   - tellsQuality: Whether the core knows qualities; to another one an old value would look fresh.
  package mutating func take(
    _ reading: Reading, of property: String, type: ValueType, now: Int64, tellsQuality: Bool
  ) -> Twin? {
    var entry = entries[property] ?? Entry()
    defer { entries[property] = entry }
    switch Self.sample(reading, type, now) {
    case .success(let (sample, text)):
      entry.lastGood = sample
      entry.reportedFailure = nil
      return Twin(actual: TwinValue(text, timestamp: sample.time), type: type.rawValue)
    case .failure(let error):
      failures += 1
      guard tellsQuality, let last = entry.lastGood, let text = last.value.text, entry.reportedFailure != error.reason else { return nil }
      entry.reportedFailure = error.reason
      return Twin(
        actual: TwinValue(text, timestamp: last.time, quality: Quality.bad.rawValue, reason: error.reason), type: type.rawValue)
    }
  }

  /// Forgets which failures were told: the core is another one now.
  package mutating func repeatFailures() {
    for property in entries.keys { entries[property]?.reportedFailure = nil }
  }

  /// Forgets properties other than these.
  package mutating func keep(_ properties: Set<String>) { entries = entries.filter { properties.contains($0.key) } }

  private static func sample(_ reading: Reading, _ type: ValueType, _ now: Int64) -> Result<(Sample, String), ReadingError> {
    switch reading {
    case .failure(let error): return .failure(error)
    case .value(let value, let time):
      do {
        let value = try value.converted(to: type)
        guard let text = value.text else { return .failure(ReadingError(.invalidValue, "the number is not finite")) }
        return .success((Sample(value: value, time: time ?? now), text))
      } catch {
        return .failure(ReadingError(.invalidValue, error.reason))
      }
    }
  }
}
