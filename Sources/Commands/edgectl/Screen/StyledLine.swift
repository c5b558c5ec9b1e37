/// A line of text in styles.
struct StyledLine: Equatable {
  enum Style: Equatable {
    case plain, bold, dim, green, yellow, red

    fileprivate var code: String {
      switch self {
      case .plain: "0"
      case .bold: "1"
      case .dim: "2"
      case .green: "32"
      case .yellow: "33"
      case .red: "31"
      }
    }
  }

  struct Span: Equatable {
    var text: String
    var style: Style
  }

  var spans: [Span] = []

  init(_ text: String = "", _ style: Style = .plain) {
    if !text.isEmpty { append(text, style) }
  }

  mutating func append(_ text: String, _ style: Style = .plain) { spans.append(Span(text: text, style: style)) }

  /// The text alone.
  var plain: String { spans.map(\.text).joined() }

  /// The text, with the terminal's codes for the styles if `colored`. Spaces at the end are left out.
  func text(colored: Bool) -> String {
    var spans = spans
    while let last = spans.last {
      let trimmed = last.text.reversed().drop { $0 == " " }
      guard trimmed.isEmpty else {
        spans[spans.count - 1].text = String(trimmed.reversed())
        break
      }
      spans.removeLast()
    }
    if !colored { return spans.map(\.text).joined() }
    return spans.map { $0.style == .plain ? $0.text : "\u{1B}[\($0.style.code)m\($0.text)\u{1B}[0m" }.joined()
  }
}
