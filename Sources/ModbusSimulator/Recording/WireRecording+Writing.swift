import JSON

extension WireRecording {
  /// The name in the first line.
  static let format = "swiftlet-modbus-wire"
  /// The version in the first line.
  static let version = 1

  /// The whole file.
  public var text: String {
    var bytes = headerLine
    for entry in entries { bytes += entry.line }
    return String(decoding: bytes, as: UTF8.self)
  }

  var headerLine: [UInt8] {
    var writer = JSONWriter()
    writer.raw("{\"format\":")
    writer.string(Self.format)
    writer.raw(",\"version\":")
    writer.integer(Int64(Self.version))
    writer.raw(",\"framing\":")
    writer.string(framing.rawValue)
    writer.raw(",\"bus\":")
    writer.string(bus)
    writer.raw(",\"started\":")
    writer.integer(started)
    writer.raw("}\n")
    return writer.bytes
  }
}

extension WireRecording.Entry {
  /// The entry's line, with its end.
  var line: [UInt8] {
    var writer = JSONWriter(reserving: 64 + bytes.count * 2)
    writer.raw("{\"t\":")
    writer.raw(String(time).utf8)
    writer.raw(direction == .out ? ",\"dir\":\"out\",\"unit\":" : ",\"dir\":\"in\",\"unit\":")
    writer.raw(String(unit).utf8)
    writer.raw(",\"hex\":\"")
    writer.raw(Hex.text(bytes))
    writer.raw("\"}\n")
    return writer.bytes
  }
}

/// Bytes as hexadecimal digits.
enum Hex {
  static func text(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { [digit($0 >> 4), digit($0 & 15)] }
  }

  /// The bytes, `nil` when the text has an odd length or another character.
  static func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
      guard let value = value(character) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? bytes : nil
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x61...0x66: character - 0x57
    case 0x41...0x46: character - 0x37
    default: nil
    }
  }
}
