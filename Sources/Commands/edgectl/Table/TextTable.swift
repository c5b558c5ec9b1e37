/// Columns of text, laid out as kubectl does: three spaces between, the last one ragged.
struct TextTable {
  var header: [String]
  var rows: [[String]] = []

  /// The lines, the header first.
  func lines(showsHeader: Bool = true) -> [String] {
    let all = (showsHeader ? [header] : []) + rows.map { $0.map(DisplayText.safe) }
    var widths = [Int](repeating: 0, count: header.count)
    for row in all {
      for (column, cell) in row.enumerated() where column < widths.count { widths[column] = max(widths[column], DisplayText.width(cell)) }
    }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += column == row.count - 1 ? cell : DisplayText.fit(cell, widths[column] + 3)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
