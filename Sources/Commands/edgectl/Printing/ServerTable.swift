import JSON

/// The server's answer to a request for a `meta.k8s.io/v1` Table, or a list without one.
struct ServerTable {
  /// What to send as `Accept`.
  static let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"

  struct Column: Hashable {
    var name: String
    /// Whether only `-o wide` shows it.
    var isWide = false
    /// Whether it has the object's name.
    var isName = false
  }

  struct Row {
    var cells: [String]
    /// The object, or its metadata alone.
    var object: JSONValue
    /// What happened to it, when it is watched.
    var event: String?

    var namespace: String { object.at("metadata", "namespace")?.string ?? "" }
    /// The name, for a following watch.
    var name: String { object.at("metadata", "name")?.string ?? "" }
  }

  var columns: [Column]
  var rows: [Row]

  /// Reads a Table, a list or a single object.
  ///
  /// - Parameter now: The time in seconds since 1970, for ages where the server made no table.
  init(_ document: JSONValue, now: Int64, event: String? = nil) {
    guard document["kind"]?.string == "Table" else {
      let items = document["items"]?.array ?? (document["items"] == nil ? [document] : [])
      columns = [Column(name: "NAME", isName: true), Column(name: "AGE")]
      rows = items.map { item in
        let created = item.at("metadata", "creationTimestamp")?.string.flatMap(unixSeconds(rfc3339:))
        let name = item.at("metadata", "name")?.string ?? ""
        return Row(cells: [name, created.map { ageText(seconds: now - $0) } ?? "<unknown>"], object: item, event: event)
      }
      return
    }
    columns = (document["columnDefinitions"]?.array ?? []).map {
      Column(
        name: ($0["name"]?.string ?? "").uppercased(), isWide: ($0["priority"]?.integer ?? 0) > 0, isName: $0["format"]?.string == "name")
    }
    rows = (document["rows"]?.array ?? []).map { row in
      Row(cells: (row["cells"]?.array ?? []).map(Self.text), object: row["object"] ?? [:], event: event)
    }
  }

  /// The rows with the columns that are wanted.
  func text(wide: Bool, options: ObjectPrinter.Options, type: ResourceType) -> TextTable {
    let shown = columns.indices.filter { wide || !columns[$0].isWide }
    var header = (options.showsEvents ? ["EVENT"] : []) + (options.namespaces ? ["NAMESPACE"] : []) + shown.map { columns[$0].name }
    header += options.labelColumns.map { label in
      String(label[(label.lastIndex(of: "/").map(label.index(after:)) ?? label.startIndex)...]).uppercased()
    }
    if options.showsLabels { header.append("LABELS") }
    return TextTable(
      header: header,
      rows: rows.map { row in
        var cells = (options.showsEvents ? [row.event ?? ""] : []) + (options.namespaces ? [row.namespace] : [])
        cells += shown.map { column in
          let cell = column < row.cells.count ? row.cells[column] : ""
          return options.qualifiesNames && columns[column].isName ? "\(type.qualifiedName)/\(cell)" : cell
        }
        let labels = row.object.at("metadata", "labels")?.object ?? [:]
        cells += options.labelColumns.map { labels[$0]?.string ?? "" }
        if options.showsLabels {
          let texts = labels.map { "\($0.key)=\($0.value.string ?? $0.value.text)" }
          cells.append(texts.isEmpty ? "<none>" : texts.joined(separator: ","))
        }
        return cells
      })
  }

  private static func text(_ cell: JSONValue) -> String {
    switch cell {
    case .string(let text): text
    case .null: "<none>"
    default: cell.text
    }
  }
}
