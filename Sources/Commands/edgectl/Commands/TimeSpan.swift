import ArgumentParser

/// A span of time as kubectl takes it: `90s`, `10m`, `1h30m`.
struct TimeSpan: ExpressibleByArgument, Hashable {
  /// The span's length.
  let seconds: Int64

  private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]

  init?(argument: String) {
    var (total, number): (Int64, Int64?) = (0, nil)
    for character in argument {
      if let digit = character.wholeNumberValue, character.isASCII {
        guard (number ?? 0) < 1_000_000 else { return nil }
        number = (number ?? 0) * 10 + Int64(digit)
      } else {
        guard let unit = Self.units[character], let value = number else { return nil }
        total += value * unit
        number = nil
      }
    }
    guard number == nil, total > 0 else { return nil }
    seconds = total
  }
}
