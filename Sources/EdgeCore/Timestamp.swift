import Glibc

/// Times as Kubernetes and KubeEdge write them.
package enum Timestamp {
  /// Milliseconds since 1970 as RFC 3339 in UTC, to the second: `2026-11-23T05:19:40Z`.
  package static func rfc3339(_ milliseconds: Int64) -> String {
    let seconds = milliseconds.floorDivided(by: 1_000)
    let days = seconds.floorDivided(by: 86_400)
    let second = Int(seconds - days * 86_400)
    let (year, month, day) = civil(days: Int(days))
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(second / 3_600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))Z"
  }

  /// Milliseconds since 1970 as KubeEdge before 1.17 has them: `2026-11-23 05:19:40`, in the machine's time zone.
  package static func local(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds.floorDivided(by: 1_000))
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return rfc3339(milliseconds) }
    let date = "\(pad(Int(parts.tm_year) + 1_900, 4))-\(pad(Int(parts.tm_mon) + 1, 2))-\(pad(Int(parts.tm_mday), 2))"
    return "\(date) \(pad(Int(parts.tm_hour), 2)):\(pad(Int(parts.tm_min), 2)):\(pad(Int(parts.tm_sec), 2))"
  }

  /// The Gregorian date of a day counted from 1970-01-01, by counting in eras of 400 years that begin in March.
  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
