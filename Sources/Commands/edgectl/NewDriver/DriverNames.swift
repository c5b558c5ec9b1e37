/// What a new driver's parts are called.
struct DriverNames: Hashable {
  /// Modules of the SDK and of Swift's standard libraries, and protocols of the SDK, that a driver's names would hide.
  private static let taken: Set<String> = ["device", "faulty", "gpio", "modbus", "simulated", "swiftlet", "temperature"]

  /// In lower case with hyphens, as Kubernetes' names are: `heat-pump`.
  let name: String
  /// As Swift's types are: `HeatPump`.
  let type: String
  /// What Devices give as `protocolName`.
  let protocolName: String

  /// Names made of one: `heat-pump`, `heat_pump` and `HeatPump` make the same.
  ///
  /// - Parameter protocolName: The protocol's name; that of the driver unless given.
  /// - Throws: ``CommandError`` when no names can be made of it.
  init(_ text: String, protocolName: String? = nil) throws(CommandError) {
    let words = Self.words(text)
    let isPlain = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || Self.isLetter($0) || Self.isDigit($0) }
    guard isPlain, let first = text.utf8.first, Self.isLetter(first), words.allSatisfy({ !$0.isEmpty }) else {
      throw CommandError(
        "'\(text)' can't name a driver: a name has letters (a to z), digits and single hyphens, and begins with a letter: heat-pump")
    }
    guard text.utf8.count <= 40 else { throw CommandError("'\(text)' can't name a driver: a name has at most 40 characters") }
    name = words.map { $0.lowercased() }.joined(separator: "-")
    type = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard !Self.taken.contains(type.lowercased()) else {
      throw CommandError("'\(text)' can't name a driver: \(type)Driver or \(type)Simulator is the SDK's own; choose another name")
    }
    self.protocolName = protocolName ?? name
    let bytes = self.protocolName.utf8
    let isWord = bytes.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || "-_.".utf8.contains($0) }
    guard isWord, bytes.first.map({ Self.isLetter($0) || Self.isDigit($0) }) ?? false, bytes.count <= 63 else {
      throw CommandError(
        "'\(self.protocolName)' can't name a protocol: 1 to 63 letters, digits, hyphens, underscores and dots, the first a letter or digit")
    }
  }

  private static func words(_ text: String) -> [String] {
    var words = [""]
    var last: Character?
    for character in text {
      if character == "-" || character == "_" {
        words.append("")
      } else if character.isUppercase, let last, last.isLowercase || last.isNumber {
        words.append(String(character))
      } else {
        words[words.count - 1].append(character)
      }
      last = character
    }
    return words
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
