extension JSONValue {
  /// Parses a JSON text.
  ///
  /// Of members with the same key the last is kept; bytes that aren't UTF-8 are replaced by U+FFFD, as Go's decoder and
  /// so Kubernetes' and KubeEdge's do.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8 encoded.
  ///   - maximumDepth: How deep arrays and objects may nest.
  ///   - passedOver: A key of the outermost object whose value is of no interest: it is not looked at more closely than it
  ///     takes to find its end, and is `null` in the result.
  /// - Throws: ``JSONParseError``.
  public init(parsing bytes: some Collection<UInt8>, maximumDepth: Int = 128, passingOver passedOver: String? = nil) throws(JSONParseError)
  {
    let contiguous = bytes.withContiguousStorageIfAvailable { buffer in
      Self.parse(UnsafeRawBufferPointer(buffer), maximumDepth, passedOver)
    }
    let result: Result<JSONValue, JSONParseError>
    if let contiguous {
      result = contiguous
    } else {
      result = [UInt8](bytes).withUnsafeBytes { Self.parse($0, maximumDepth, passedOver) }
    }
    self = try result.get()
  }

  /// Parses a JSON text.
  ///
  /// - Throws: ``JSONParseError``.
  public init(parsing text: String, maximumDepth: Int = 128) throws(JSONParseError) {
    try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
  }

  private static func parse(
    _ buffer: UnsafeRawBufferPointer, _ maximumDepth: Int, _ passedOver: String?
  ) -> Result<JSONValue, JSONParseError> {
    var parser = JSONParser(bytes: buffer, maximumDepth: maximumDepth, passedOver: passedOver)
    return Result { () throws(JSONParseError) in try parser.parseDocument() }
  }
}

extension JSONValue {
  /// Where a JSON text has a member of an object more than once, as `spec.properties[2].name`: at most the first 100, in order.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8 encoded.
  ///   - maximumDepth: How deep arrays and objects may nest.
  /// - Returns: The value, of members with the same key the last, and the places.
  /// - Throws: ``JSONParseError``.
  public static func parsingDuplicates(
    _ bytes: [UInt8], maximumDepth: Int = 128
  ) throws(JSONParseError) -> (value: JSONValue, duplicates: [String]) {
    try bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONParseError) in
        var parser = JSONParser(bytes: buffer, maximumDepth: maximumDepth, passedOver: nil)
        let value = try parser.parseDocument()
        guard parser.hasDuplicates else { return (value, []) }
        // Few texts have any, so the places are kept in a second reading alone.
        parser = JSONParser(bytes: buffer, maximumDepth: maximumDepth, passedOver: nil)
        parser.places = JSONPlaces()
        return (try parser.parseDocument(), parser.places?.duplicates ?? [])
      }
    }.get()
  }
}

/// A recursive-descent parser over borrowed bytes; its depth is bounded, so its stack is too.
struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private let maximumDepth: Int
  private let passedOver: String?
  private var position = 0
  /// Whether an object had a key more than once.
  private(set) var hasDuplicates = false
  /// Where the parser is, if somebody wants to know what is where more than once.
  var places: JSONPlaces?

  init(bytes: UnsafeRawBufferPointer, maximumDepth: Int, passedOver: String?) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.passedOver = passedOver
  }

  mutating func parseDocument() throws(JSONParseError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("a byte order mark isn't allowed") }
    let value = try parseValue(depth: 0)
    skipWhitespace()
    if position < bytes.count { throw error("unexpected \(found()) after the end of the document") }
    return value
  }

  private mutating func parseValue(depth: Int) throws(JSONParseError) -> JSONValue {
    skipWhitespace()
    guard position < bytes.count else { throw error("unexpected end of the text, expected a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    default: throw error("unexpected \(found()), expected a value")
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONParseError) -> JSONValue {
    guard depth <= maximumDepth else { throw error("nested deeper than \(maximumDepth) levels") }
    position += 1
    var members: [JSONObject.Member] = []
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
    places?.beginObject()
    while true {
      skipWhitespace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw error("unexpected \(found()), expected a key in double quotes")
      }
      let key = try parseString()
      places?.enter(key)
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else { throw error("unexpected \(found()), expected ':' after the key \"\(key)\"") }
      if depth == 1, let passedOver, key == passedOver {
        try passOver()
        members.append(JSONObject.Member(key: key, value: .null))
      } else {
        members.append(JSONObject.Member(key: key, value: try parseValue(depth: depth)))
      }
      places?.leave()
      skipWhitespace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "}")) {
        places?.endObject()
        let object = JSONObject(unsorted: members)
        if object.count < members.count { hasDuplicates = true }
        return .object(object)
      }
      throw error("unexpected \(found()), expected ',' or '}'")
    }
  }

  /// Finds the end of a value: of its brackets, or of the member that it is.
  private mutating func passOver() throws(JSONParseError) {
    let start = position
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
      case UInt8(ascii: ","): if depth == 0 { return }
      default: break
      }
      position += 1
    }
    position = start
    throw error("the value that starts here has no end")
  }

  private mutating func parseArray(depth: Int) throws(JSONParseError) -> JSONValue {
    guard depth <= maximumDepth else { throw error("nested deeper than \(maximumDepth) levels") }
    position += 1
    var elements: [JSONValue] = []
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      places?.enter(elements.count)
      elements.append(try parseValue(depth: depth))
      places?.leave()
      skipWhitespace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "]")) { return .array(elements) }
      throw error("unexpected \(found()), expected ',' or ']'")
    }
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count,
      bytes[position..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    else { throw error("unexpected \(found()), expected a value") }
    position = end
    return value
  }

  private mutating func parseNumber() throws(JSONParseError) -> JSONValue {
    let start = position
    while position < bytes.count, Self.isNumberByte(bytes[position]) { position += 1 }
    let slice = bytes[start..<position]
    guard JSONNumber.isNumber(slice) else {
      position = start
      throw error("\"\(String(decoding: slice.prefix(32), as: UTF8.self))\" is not a number")
    }
    return .number(JSONNumber(unchecked: String(decoding: slice, as: UTF8.self)))
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func parseString() throws(JSONParseError) -> String {
    let start = position
    position += 1
    let contentStart = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = String(decoding: bytes[contentStart..<position], as: UTF8.self)
        position += 1
        return text
      case UInt8(ascii: "\\"):
        return try parseEscapedString(start: start, contentStart: contentStart)
      case 0..<0x20:
        throw error("a control character in a string has to be escaped")
      default:
        position += 1
      }
    }
    position = start
    throw error("the string that starts here has no end")
  }

  private mutating func parseEscapedString(start: Int, contentStart: Int) throws(JSONParseError) -> String {
    var text = [UInt8](bytes[contentStart..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        try appendEscape(to: &text)
      case 0..<0x20:
        throw error("a control character in a string has to be escaped")
      default:
        text.append(byte)
        position += 1
      }
    }
    position = start
    throw error("the string that starts here has no end")
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(JSONParseError) {
    guard position < bytes.count else { throw error("unexpected end of the text in an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try parseUnicodeEscape()
      text.append(contentsOf: Array(String(scalar).utf8))
    default:
      position -= 1
      throw error("\(found()) can't be escaped")
    }
  }

  /// The scalar of `\uXXXX`, or of a surrogate pair of them; half a pair becomes U+FFFD.
  private mutating func parseUnicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
    let first = try parseHex()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), position + 1 < bytes.count,
      bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
    else { return "\u{FFFD}" }
    let rewind = position
    position += 2
    let second = try parseHex()
    guard (0xDC00..<0xE000).contains(second) else {
      position = rewind
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func parseHex() throws(JSONParseError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("unexpected end of the text in an escape") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw error("\(found()) is not a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func found() -> String {
    guard position < bytes.count else { return "end of the text" }
    let byte = bytes[position]
    return (0x21..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte 0x" + String(byte, radix: 16)
  }

  private func error(_ problem: String) -> JSONParseError {
    var line = 1
    var column = 1
    for byte in bytes.prefix(position) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return JSONParseError(problem: problem, offset: position, line: line, column: column)
  }
}
