extension Timestamp {
  /// The milliseconds since 1970 of an RFC 3339 time, with or without a fraction and in any time zone; `nil` for anything else.
  package static func milliseconds(rfc3339 text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 40 else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      return value
    }
    func isSeparated(_ index: Int, by marks: String) -> Bool { index < bytes.count && marks.utf8.contains(bytes[index]) }
    guard isSeparated(4, by: "-"), isSeparated(7, by: "-"), isSeparated(10, by: "Tt"), isSeparated(13, by: ":"), isSeparated(16, by: ":"),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second <= 60
    else { return nil }
    var rest = 19
    var fraction: Int64 = 0
    if isSeparated(rest, by: ".") {
      var end = rest + 1
      while isSeparated(end, by: "0123456789") { end += 1 }
      guard end > rest + 1, let digits = number(rest + 1..<min(end, rest + 4)) else { return nil }
      fraction = (0..<max(0, rest + 4 - end)).reduce(digits) { value, _ in value * 10 }
      rest = end
    }
    var offset: Int64 = 0
    if isSeparated(rest, by: "Zz") {
      guard bytes.count == rest + 1 else { return nil }
    } else {
      guard isSeparated(rest, by: "+-"), isSeparated(rest + 3, by: ":"), bytes.count == rest + 6, let hours = number(rest + 1..<rest + 3),
        let minutes = number(rest + 4..<rest + 6), hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * (isSeparated(rest, by: "-") ? -1 : 1)
    }
    let days = days(year, month, day)
    return ((days * 86_400 + hour * 3_600 + minute * 60 + second) - offset * 60) * 1_000 + fraction
  }

  /// The days from 1970-01-01 to a Gregorian date, by counting in eras of 400 years that begin in March.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
