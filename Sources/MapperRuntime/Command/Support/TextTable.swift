/// Columns of text for people.
package struct TextTable: Sendable {
  private var rows: [[String]]

  /// A table with its headers.
  package init(_ headers: String...) { rows = [headers] }

  /// Adds a row.
  package mutating func add(_ cells: String...) { rows.append(cells) }

  /// Whether there is nothing below the headers.
  package var isEmpty: Bool { rows.count == 1 }

  /// The lines, each ended, without blanks at their ends.
  package func text(indent: String = "") -> String {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    return rows.map { row in
      var line = indent
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 3) }
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
