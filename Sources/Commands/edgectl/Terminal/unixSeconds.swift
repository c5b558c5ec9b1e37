/// The seconds since 1970 of an RFC 3339 time; `nil` for anything else. Parts of seconds are dropped.
func unixSeconds(rfc3339 text: String) -> Int64? {
  let bytes = Array(text.utf8)
  func number(_ range: Range<Int>) -> Int64? {
    guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(String(decoding: bytes[range], as: UTF8.self))
  }
  guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
    let minute = number(14..<16), let second = number(17..<19)
  else { return nil }
  // Days of the civil calendar, the year beginning in March so that the leap day is its last.
  let shifted = month <= 2 ? year - 1 : year
  let era = (shifted >= 0 ? shifted : shifted - 399) / 400
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  let time = (era * 146_097 + dayOfEra - 719_468) * 86_400 + hour * 3600 + minute * 60 + second
  var rest = bytes[19...]
  if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
  guard let sign = rest.first, sign != UInt8(ascii: "Z") else { return time }
  let start = rest.startIndex
  guard let hours = number(start + 1..<start + 3), let minutes = number(start + 4..<start + 6) else { return nil }
  let offset = hours * 3600 + minutes * 60
  return sign == UInt8(ascii: "-") ? time + offset : time - offset
}
