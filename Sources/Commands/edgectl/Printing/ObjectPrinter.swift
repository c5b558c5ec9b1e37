import APIClient
import JSON
import YAML

/// Prints objects in the form that was asked for.
struct ObjectPrinter {
  /// What tables show beside what the server put into them.
  struct Options: Hashable {
    /// A column tells the namespace.
    var namespaces = false
    /// Names say their type: `device.devices.kubeedge.io/pump`.
    var qualifiesNames = false
    var showsHeader = true
    /// A last column has all labels.
    var showsLabels = false
    /// Labels with a column of their own.
    var labelColumns: [String] = []
    /// Documents keep `metadata.managedFields`.
    var showsManagedFields = false
    /// A first column tells what happened to a watched object.
    var showsEvents = false
    /// What rows and items are sorted by.
    var sortBy: JSONPath?
  }

  /// An answer of the server.
  struct Answer {
    var type: ResourceType
    /// An object, a list or a Table.
    var document: JSONValue
    /// What happened to the object, when it was watched.
    var event: String?
  }

  let format: OutputFormat
  var options: Options
  private var hasPrinted = false
  private var widths: [Int] = []
  /// A watch's Table has its columns in its first event alone.
  private var columns: [ServerTable.Column] = []

  init(format: OutputFormat, options: Options) {
    self.format = format
    self.options = options
  }

  /// What to send as `Accept`.
  var accept: String { format.isTable ? ServerTable.accept : "application/json" }

  /// Whether the server is asked for whole objects in its tables.
  var wantsWholeObjects: Bool { format.isTable && options.sortBy != nil }

  /// Keeps the columns of a list that isn't printed, for what is watched from there on.
  mutating func learnColumns(_ answer: Answer) {
    if format.isTable { columns = ServerTable(answer.document, now: 0).columns }
  }

  /// Answers; `nil` when there is nothing to print.
  ///
  /// - Parameter isOne: Whether one object was asked for, which is printed itself and not as an item of a list.
  mutating func text(_ answers: [Answer], isOne: Bool, now: WallTime = .now) throws -> String? {
    if format.isTable { return tables(answers, now: now.milliseconds / 1000) }
    let objects = try sorted(answers.flatMap { answer in items(answer).map { (answer.type, $0, answer.event) } })
    switch format {
    case .table, .wide: return nil
    case .name:
      return objects.isEmpty ? nil : objects.map { "\($0.0.qualifiedName)/\($0.1.at("metadata", "name")?.string ?? "")\n" }.joined()
    case .customColumns(let columns):
      return custom(columns, objects.map(\.1))
    case .yaml, .json, .jsonPath, .jsonPathAsJSON:
      let shown = objects.map { options.showsManagedFields ? $0.1 : $0.1.withoutManagedFields }
      guard isOne, let one = shown.first else {
        // kubectl's own form of a list of whatever kinds.
        return try document(["apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": ""], "items": .array(shown)])
      }
      guard options.showsEvents, let event = objects.first?.2 else { return try document(one) }
      return try document(["type": .string(event), "object": one])
    }
  }

  private func items(_ answer: Answer) -> [JSONValue] {
    guard answer.document["kind"]?.string?.hasSuffix("List") == true else { return [answer.document] }
    return (answer.document["items"]?.array ?? []).map { item in
      var item = item
      if item["kind"] == nil { item["kind"] = .string(answer.type.kind) }
      if item["apiVersion"] == nil { item["apiVersion"] = .string(answer.type.groupVersion) }
      return item
    }
  }

  private func sorted(_ objects: [(ResourceType, JSONValue, String?)]) throws -> [(ResourceType, JSONValue, String?)] {
    guard let path = options.sortBy else { return objects }
    return try SortKey.sorted(objects, by: path) { $0.1 }
  }

  // MARK: Documents

  private mutating func document(_ value: JSONValue) throws -> String {
    defer { hasPrinted = true }
    switch format {
    case .jsonPath(let path): return try path.text(value)
    case .jsonPathAsJSON(let path): return JSONValue.array(try path.values(value)).prettyText + "\n"
    case .json: return value.prettyText + "\n"
    default:
      let text = value.yaml
      return (hasPrinted ? "---\n" : "") + (text.hasSuffix("\n") ? text : text + "\n")
    }
  }

  // MARK: Tables

  private mutating func custom(_ columns: [CustomColumn], _ objects: [JSONValue]) -> String? {
    let table = TextTable(header: columns.map(\.header), rows: objects.map { object in columns.map { $0.text(object) } })
    guard !objects.isEmpty || !hasPrinted else { return nil }
    return text(table)
  }

  private mutating func tables(_ answers: [Answer], now: Int64) -> String? {
    var groups: [(type: ResourceType, table: ServerTable)] = []
    for answer in answers {
      var table = ServerTable(answer.document, now: now, event: answer.event)
      if let path = options.sortBy, let sorted = try? SortKey.sorted(table.rows, by: path, of: \.object) { table.rows = sorted }
      if let last = groups.indices.last, groups[last].type == answer.type {
        groups[last].table.rows += table.rows
      } else {
        groups.append((answer.type, table))
      }
    }
    var text = ""
    for (type, var table) in groups where !table.rows.isEmpty {
      if table.columns.isEmpty { table.columns = columns } else { columns = table.columns }
      if !text.isEmpty {
        text += "\n"
        (hasPrinted, widths) = (false, [])
      }
      text += self.text(table.text(wide: format == .wide, options: options, type: type))
    }
    return text.isEmpty ? nil : text
  }

  /// A table whose columns are as wide as those printed before it.
  private mutating func text(_ table: TextTable) -> String {
    var table = table
    table.minimumWidths = widths
    let lines = table.lines(showsHeader: options.showsHeader && !hasPrinted)
    widths = table.widths
    hasPrinted = true
    return lines.map { $0 + "\n" }.joined()
  }
}

extension JSONValue {
  /// The object without `metadata.managedFields`, which nobody reads.
  var withoutManagedFields: JSONValue {
    guard at("metadata", "managedFields") != nil, var metadata = self["metadata"] else { return self }
    metadata["managedFields"] = nil
    var object = self
    object["metadata"] = metadata
    return object
  }
}
