/// Text as a terminal shows it.
enum DisplayText {
  /// The text without what would steer the terminal: control characters are shown as `�`.
  ///
  /// Values come from devices and from whoever writes to the API; an escape sequence in them must not act.
  static func safe(_ text: String) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
      // Marks that turn the direction of the rest of the line.
      case .format: scalar.value != 0x200D
      default: false
      }
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { safe.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return String(safe)
  }

  /// How many columns the text takes.
  static func width(_ text: String) -> Int {
    var width = 0
    for character in text { width += self.width(character) }
    return width
  }

  /// The text in exactly this many columns: filled up with spaces, or cut with `…`.
  static func fit(_ text: String, _ columns: Int) -> String {
    let width = width(text)
    if width <= columns { return text + String(repeating: " ", count: columns - width) }
    return cut(text, columns)
  }

  /// The text in at most this many columns, cut with `…`.
  static func cut(_ text: String, _ columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let next = width(character)
      guard used + next < columns else { break }
      result.append(character)
      used += next
    }
    result += "…"
    return result + String(repeating: " ", count: columns - used - 1)
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x20..<0x300: return 1
    // East Asian wide and fullwidth blocks, and emoji.
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default:
      return character.unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
    }
  }
}
