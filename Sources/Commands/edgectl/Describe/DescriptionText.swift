/// Text as `kubectl describe` lays it out: labels with values, nested by indentation; values that follow each other start in one column.
struct DescriptionText {
  private enum Line {
    case pair(label: String, value: String, style: StyledLine.Style)
    case plain(StyledLine)
  }

  private var text: [Line] = []

  /// A label with its value.
  mutating func pair(_ label: String, _ value: String, indent: Int = 0, style: StyledLine.Style = .plain) {
    text.append(
      .pair(label: String(repeating: "  ", count: indent) + DisplayText.safe(label) + ":", value: DisplayText.safe(value), style: style))
  }

  /// A label with several values, one a line.
  mutating func pairs(_ label: String, _ values: [String]) {
    guard let first = values.first else { return pair(label, "<none>") }
    pair(label, first)
    for value in values.dropFirst() { text.append(.pair(label: "", value: DisplayText.safe(value), style: .plain)) }
  }

  /// A label over what is nested below it.
  mutating func heading(_ label: String, indent: Int = 0) {
    text.append(.plain(StyledLine(String(repeating: "  ", count: indent) + DisplayText.safe(label) + ":")))
  }

  /// A line as it is.
  mutating func line(_ line: StyledLine) { text.append(.plain(line)) }

  /// A table below a label, `<none>` when it has no rows.
  ///
  /// - Parameter kept: Columns that are shown even when nobody has anything in them.
  mutating func table(
    _ label: String, _ header: [String], _ rows: [[(text: String, style: StyledLine.Style)]], keeping kept: Set<String> = []
  ) {
    guard !rows.isEmpty else { return pair(label, "<none>") }
    heading(label)
    let plain = rows.map { $0.map { ($0.text.isEmpty ? "-" : DisplayText.safe($0.text), $0.style) } }
    let shown = header.indices.filter { column in kept.contains(header[column]) || plain.contains { $0[column].0 != "-" } }
    var widths = header.map(DisplayText.width)
    for row in plain {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], DisplayText.width(cell.0)) }
    }
    func add(_ cells: [(String, StyledLine.Style)]) {
      var line = StyledLine("  ")
      for column in shown {
        let isLast = column == shown.last
        line.append(isLast ? cells[column].0 : DisplayText.fit(cells[column].0, widths[column]), cells[column].1)
        if !isLast { line.append("  ") }
      }
      text.append(.plain(line))
    }
    add(header.map { ($0, .bold) })
    add(header.map { (String(repeating: "-", count: DisplayText.width($0)), .dim) })
    for row in plain { add(row) }
  }

  /// The lines.
  var lines: [StyledLine] {
    var lines: [StyledLine] = []
    var block: [(label: String, value: String, style: StyledLine.Style)] = []
    func flush() {
      let width = (block.map { DisplayText.width($0.label) }.max() ?? 0) + 2
      for (label, value, style) in block {
        var line = StyledLine(DisplayText.fit(label, width))
        line.append(value, style)
        lines.append(line)
      }
      block = []
    }
    for line in text {
      switch line {
      case .pair(let label, let value, let style): block.append((label, value, style))
      case .plain(let line):
        flush()
        lines.append(line)
      }
    }
    flush()
    return lines
  }
}
