import JSON

/// The formats of texts and numbers that Kubernetes checks; it lets any value of other formats pass, and so does this.
enum SchemaFormat {
  /// What is wrong with a text, as the end of a sentence; `nil` when nothing is.
  static func problem(_ text: String, _ format: String) -> String? {
    let (isRight, example) =
      switch format {
      case "date-time": (isDateTime(text), "2026-01-31T12:00:00Z")
      case "date": (isDate(text[...].utf8), "2026-01-31")
      case "byte": (text.utf8.count % 4 == 0 && Base64.isValid(text), "aGVsbG8=")
      case "duration": (isDuration(text), "1h30m")
      case "ipv4": (isIPv4(text[...].utf8), "192.0.2.1")
      case "ipv6": (isIPv6(text), "2001:db8::1")
      case "mac": (isMAC(text), "00:00:5e:00:53:01")
      case "uuid": (isUUID(text), "123e4567-e89b-12d3-a456-426614174000")
      default: (true, "")
      }
    return isRight ? nil : "is no \(format), for instance \(example)"
  }

  /// What is wrong with a number, as the end of a sentence; `nil` when nothing is.
  static func problem(_ number: JSONNumber, _ format: String) -> String? {
    switch format {
    case "int32":
      guard let value = number.int64, Int32(exactly: value) == nil else { return nil }
      return "doesn't fit 32 bits: it has to be from \(Int32.min) to \(Int32.max)"
    case "int64": return number.int64 == nil ? "doesn't fit 64 bits: it has to be from \(Int64.min) to \(Int64.max)" : nil
    case "float": return Float(number.double).isFinite ? nil : "doesn't fit a number of single precision"
    case "double": return number.double.isFinite ? nil : "doesn't fit a number of double precision"
    default: return nil
    }
  }

  private typealias Bytes = Substring.UTF8View

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }

  private static func number(_ text: Bytes, digits: Int) -> Int? {
    text.count == digits && text.allSatisfy(isDigit) ? Int(Substring(text)) : nil
  }

  private static func isDate(_ text: Bytes) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
      let day = number(parts[2], digits: 2), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  /// RFC 3339, section 5.6.
  private static func isDateTime(_ text: String) -> Bool {
    let parts = text.utf8[...].split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "t") }
    guard parts.count == 2, isDate(parts[0]) else { return false }
    var time = parts[1]
    if let last = time.last, last | 0x20 == UInt8(ascii: "z") {
      time = time.dropLast()
    } else {
      let zone = time.suffix(6)
      guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), isClock(zone.dropFirst(), parts: 2) else {
        return false
      }
      time = time.dropLast(6)
    }
    if let point = time.firstIndex(of: UInt8(ascii: ".")) {
      let fraction = time[time.index(after: point)...]
      guard !fraction.isEmpty, fraction.allSatisfy(isDigit) else { return false }
      time = time[..<point]
    }
    return isClock(time, parts: 3)
  }

  private static func isClock(_ text: Bytes, parts count: Int) -> Bool {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == count else { return false }
    // A leap second is 60.
    return zip(parts, [23, 59, 60]).allSatisfy { part, limit in number(part, digits: 2).map { $0 <= limit } ?? false }
  }

  /// Numbers with units, as Go writes them, and days and weeks.
  private static func isDuration(_ text: String) -> Bool {
    if text == "0" { return true }
    var rest = text.utf8[...]
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return false }
    let units: Set = [
      "ns", "us", "µs", "ms", "s", "m", "h", "d", "w", "second", "seconds", "sec", "minute", "minutes", "min", "hour", "hours", "hr", "day",
      "days", "week", "weeks",
    ]
    while !rest.isEmpty {
      let number = rest.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
      guard number.contains(where: isDigit), number.count(where: { $0 == UInt8(ascii: ".") }) <= 1 else { return false }
      rest = rest.dropFirst(number.count).drop { $0 == UInt8(ascii: " ") }
      let unit = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: " ") }
      guard units.contains(String(Substring(unit))) else { return false }
      rest = rest.dropFirst(unit.count).drop { $0 == UInt8(ascii: " ") }
    }
    return true
  }

  private static func isIPv4(_ text: Bytes) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return false }
        return number(part, digits: part.count).map { $0 <= 255 } ?? false
      }
  }

  private static func isIPv6(_ text: String) -> Bool {
    var groups = 0
    let halves = text.components(around: "::")
    guard halves.count <= 2 else { return false }
    for (index, half) in halves.enumerated() where !half.isEmpty {
      let parts = half.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      for (position, part) in parts.enumerated() {
        if index == halves.count - 1, position == parts.count - 1, part.contains(UInt8(ascii: ".")) {
          guard isIPv4(part) else { return false }
          groups += 2
        } else {
          guard (1...4).contains(part.count), part.allSatisfy(isHexDigit) else { return false }
          groups += 1
        }
      }
    }
    return halves.count == 2 ? groups < 8 : groups == 8
  }

  private static func isMAC(_ text: String) -> Bool {
    let bytes = text.utf8[...]
    let separator: UInt8 = bytes.contains(UInt8(ascii: "-")) ? UInt8(ascii: "-") : UInt8(ascii: ":")
    let parts = bytes.split(separator: separator, omittingEmptySubsequences: false)
    return [6, 8, 20].contains(parts.count) && parts.allSatisfy { $0.count == 2 && $0.allSatisfy(isHexDigit) }
  }

  private static func isUUID(_ text: String) -> Bool {
    let parts = text.utf8[...].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(isHexDigit) }
  }
}

extension String {
  /// The parts before and after each occurrence of a separator.
  fileprivate func components(around separator: String) -> [Substring.UTF8View] {
    var parts: [Substring.UTF8View] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound].utf8)
      rest = rest[range.upperBound...]
    }
    return parts + [rest.utf8]
  }
}
