/// Columns of text, laid out as kubectl does: three spaces between, none narrower than six, the last one ragged.
struct TextTable {
  var header: [String]
  var rows: [[String]] = []
  /// What the columns are at least, in characters: the widths of the table they go on with.
  var minimumWidths: [Int] = []

  init(header: [String], rows: [[String]] = []) {
    self.header = header
    self.rows = rows
  }

  /// The widths of the columns.
  var widths: [Int] {
    var widths = header.indices.map { max($0 < minimumWidths.count ? minimumWidths[$0] : 3, DisplayText.width(header[$0])) }
    for row in rows {
      for (column, cell) in row.enumerated() where column < widths.count {
        widths[column] = max(widths[column], DisplayText.width(DisplayText.safe(cell)))
      }
    }
    return widths
  }

  /// The lines, the header first.
  func lines(showsHeader: Bool = true) -> [String] {
    let widths = showsHeader ? widths : TextTable(header: header.map { _ in "" }, rows: rows, minimumWidths: minimumWidths).widths
    return ((showsHeader ? [header] : []) + rows.map { $0.map(DisplayText.safe) }).map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += column == row.count - 1 ? cell : DisplayText.fit(cell, widths[column] + 3)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private init(header: [String], rows: [[String]], minimumWidths: [Int]) {
    self.header = header
    self.rows = rows
    self.minimumWidths = minimumWidths
  }
}
