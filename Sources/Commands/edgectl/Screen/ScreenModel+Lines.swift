extension ScreenModel {
  private struct Cell {
    var text: String
    var style = StyledLine.Style.plain
  }

  private static let columns = ["DEVICE", "PROPERTY", "DESIRED", "REPORTED", "QUALITY", "AGE"]

  /// The whole screen.
  ///
  /// - Parameters:
  ///   - size: The size of the terminal in characters; no line is longer, and there are no more lines.
  func screen(now: WallTime, size: (columns: Int, rows: Int)) -> [StyledLine] {
    var lines = [header(now: now, width: size.columns), StyledLine()]
    let table = table(now: now, width: size.columns)
    let room = max(2, size.rows - lines.count)
    if table.count <= room {
      lines += table
    } else {
      lines += table.prefix(room - 1)
      lines.append(StyledLine(DisplayText.cut("… and \(table.count - room + 1) more", size.columns), .dim))
    }
    return Array(lines.prefix(max(1, size.rows)))
  }

  /// The first line: who is asked, which node, what time it is, and whether the server is heard.
  func header(now: WallTime, width: Int) -> StyledLine {
    let status: (text: String, style: StyledLine.Style) =
      switch connection {
      case .connecting: ("connecting", .yellow)
      case .connected: ("connected", .green)
      case .reconnecting(let why): ("reconnecting: \(DisplayText.safe(why))", .red)
      }
    var line = StyledLine()
    var room = width
    func add(_ text: String, _ style: StyledLine.Style) {
      let text = DisplayText.cut(text, room)
      room -= DisplayText.width(text)
      line.append(text, style)
    }
    add("edgectl watch", .bold)
    add("  \(server)", .plain)
    if !node.isEmpty { add("  node \(DisplayText.safe(node))", .plain) }
    add("  \(now.clock)", .plain)
    add("  \(status.text)", status.style)
    return line
  }

  /// The table of values.
  ///
  /// - Parameter width: What no line exceeds; `nil` for lines of any length.
  func table(now: WallTime, width: Int?) -> [StyledLine] {
    let rows = rows(now: now)
    if rows.isEmpty {
      let text = connection == .connected ? "No devices yet. Apply one: edgectl apply -f device.yaml" : ""
      return text.isEmpty ? [] : [StyledLine(DisplayText.cut(text, width ?? .max), .dim)]
    }
    var widths = Self.columns.map(DisplayText.width)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], DisplayText.width(cell.text)) }
    }
    if let width { Self.shrink(&widths, to: width) }
    var lines = [line(Self.columns.map { Cell(text: $0, style: .bold) }, widths)]
    lines += rows.map { line($0, widths) }
    return lines
  }

  private func line(_ cells: [Cell], _ widths: [Int]) -> StyledLine {
    var line = StyledLine()
    for (column, cell) in cells.enumerated() {
      line.append(DisplayText.fit(cell.text, widths[column]), cell.style)
      if column < cells.count - 1 { line.append("  ") }
    }
    return line
  }

  /// Takes from the widest column until all fit.
  private static func shrink(_ widths: inout [Int], to width: Int) {
    while widths.reduce(2 * (widths.count - 1), +) > width {
      guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 3 else { return }
      widths[widest] -= 1
    }
  }

  private func rows(now: WallTime) -> [[Cell]] {
    let devices = sorted
    let namespaces = Set(devices.map(\.namespace)).count > 1
    return devices.flatMap { device -> [[Cell]] in
      var title = DisplayText.safe(namespaces ? "\(device.namespace)/\(device.name)" : device.name)
      if !device.state.isEmpty && device.state != "online" { title += " (\(DisplayText.safe(device.state)))" }
      let titleCell = Cell(text: title, style: device.state == "offline" ? .red : device.state == "unknown" ? .yellow : .plain)
      var rows = device.properties.enumerated().map { index, property in
        [index == 0 ? titleCell : Cell(text: "")] + cells(property, now: now)
      }
      if rows.isEmpty { rows = [[titleCell] + Self.columns.dropFirst().map { _ in Cell(text: "-", style: .dim) }] }
      if let problem = device.problem, rows[0][4].text == "-" {
        rows[0][4] = Cell(text: DisplayText.safe(problem), style: .red)
      }
      return rows
    }
  }

  private func cells(_ property: DeviceView.Property, now: WallTime) -> [Cell] {
    func cell(_ text: String?) -> Cell { text.map { Cell(text: DisplayText.safe($0)) } ?? Cell(text: "-", style: .dim) }
    var desired = cell(property.desired)
    if let why = property.unsynced { desired = Cell(text: "\(desired.text) (\(DisplayText.safe(why)))", style: .yellow) }
    var quality = cell(property.quality.map { quality in property.reason.map { "\(quality): \($0)" } ?? quality })
    switch property.quality {
    case "good": quality.style = .green
    case "uncertain": quality.style = .yellow
    case "bad": quality.style = .red
    default: break
    }
    let age = property.time.map { ageText(seconds: (now.milliseconds - $0.milliseconds) / 1000) }
    return [cell(property.name), desired, cell(property.reported), quality, cell(age)]
  }
}
