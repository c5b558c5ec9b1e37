package import DeviceAPI
internal import JSON
internal import MapperSDK

/// Finds secret texts in what is to be shown, and puts what may be shown in their place.
///
/// A driver makes its own sentences of what it is configured with, and names of buses; so it is the text that is looked for, in the
/// forms in which it commonly appears: as it is, without white space around it, as JSON and as a URL have it, in base64, and as a
/// number in its plain form. The beginning of a long one is found as well, since sentences are cut.
package struct SecretMask: Sendable {
  private struct Form {
    var bytes: [UInt8]
    var label: [UInt8]
  }

  /// Texts shorter than this are everywhere, and whoever sees them learns nothing: they are not looked for.
  private static let least = 3
  /// Texts shorter than this are common words and numbers: they are only found standing alone.
  private static let shortest = 8
  /// So much of a long text is enough to find it.
  private static let head = 16
  /// So many texts are remembered, those that were changed since among them.
  private static let limit = 1024

  private var known: [SecretText] = []
  /// By their first byte, the longest first.
  private var forms: [UInt8: [Form]] = [:]

  /// Nothing is secret yet.
  package init() {}

  /// Whether there is nothing to find.
  package var isEmpty: Bool { known.isEmpty }

  /// Takes secret texts.
  package mutating func learn(_ secrets: [SecretText]) {
    let new = secrets.filter { $0.text.utf8.count >= Self.least && !known.contains($0) }
    guard !new.isEmpty else { return }
    known += new
    known.removeFirst(max(0, known.count - Self.limit))
    forms = [:]
    for secret in known {
      for text in Self.forms(of: secret.text) {
        guard let first = text.utf8.first, text.utf8.count >= Self.least else { continue }
        forms[first, default: []].append(Form(bytes: Array(text.utf8), label: Array(secret.label.utf8)))
      }
    }
    for first in forms.keys { forms[first]?.sort { $0.bytes.count > $1.bytes.count } }
  }

  private static func forms(of text: String) -> Set<String> {
    let trimmed = text.split(whereSeparator: \.isWhitespace).count == 1 ? String(text.filter { !$0.isWhitespace }) : text
    var forms: Set<String> = [text, trimmed]
    for form in [text, trimmed] {
      forms.insert(String(JSONValue.string(form).text.dropFirst().dropLast()))
      forms.insert(percentEncoded(form))
      // Short ones would be found where nothing was encoded.
      if form.utf8.count >= shortest { Value.bytes(Array(form.utf8)).text.map { _ = forms.insert($0) } }
    }
    if let number = JSONNumber(text: trimmed) {
      if let integer = number.int64 { forms.insert("\(integer)") }
      forms.insert("\(number.double)")
    }
    return forms
  }

  private static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isWord(byte) || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~")].contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text with labels in the place of what is secret.
  package func masked(_ text: String) -> String {
    guard !isEmpty else { return text }
    let bytes = Array(text.utf8)
    var shown: [UInt8] = []
    var copied = 0
    var place = 0
    while place < bytes.count {
      guard let (length, label) = match(bytes, at: place) else {
        place += 1
        continue
      }
      shown += bytes[copied..<place]
      shown += label
      place += length
      copied = place
    }
    return copied == 0 ? text : String(decoding: shown + bytes[copied...], as: UTF8.self)
  }

  private func match(_ bytes: [UInt8], at place: Int) -> (length: Int, label: [UInt8])? {
    for form in forms[bytes[place]] ?? [] {
      let length = zip(bytes[place...], form.bytes).prefix { $0 == $1 }.count
      guard length == form.bytes.count || length >= Self.head else { continue }
      if form.bytes.count < Self.shortest {
        let before = place > 0 && Self.isWord(bytes[place - 1]) && Self.isWord(form.bytes[0])
        let end = place + length
        let after = end < bytes.count && Self.isWord(bytes[end]) && Self.isWord(form.bytes[length - 1])
        if before || after { continue }
      }
      return (length, form.label)
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
