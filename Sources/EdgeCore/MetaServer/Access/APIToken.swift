/// The secret that a client of the API shows: `Authorization: Bearer …`.
package struct APIToken: Sendable {
  private let bytes: [UInt8]

  package init(_ text: String) { bytes = Array(text.utf8) }

  /// 256 bits that nobody guesses.
  static func make() -> String { (0..<4).map { _ in paddedHex(.random(in: .min ... .max)) }.joined() }

  private static func paddedHex(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Whether a header shows it. What is wrong takes as long as what is right, so that time tells nobody how much of a guess fits.
  package func isShown(by header: String?) -> Bool {
    guard let header else { return false }
    let words = header.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "bearer" else { return false }
    let shown = Array(words[1].utf8.drop { $0 == UInt8(ascii: " ") })
    var difference = UInt8(shown.count == bytes.count ? 0 : 1)
    for (index, byte) in bytes.enumerated() { difference |= byte ^ (index < shown.count ? shown[index] : 0) }
    return difference == 0
  }
}
