import APIClient
import Glibc
import JSON
import YAML

/// Prints objects in the form that was asked for.
struct ObjectPrinter {
  let type: ResourceType
  let format: Get.Format
  /// Whether a column tells the namespace.
  let namespaces: Bool
  /// Whether the next table begins with its header.
  var showsHeader: Bool
  private var hasPrinted = false

  init(type: ResourceType, format: Get.Format, namespaces: Bool, showsHeader: Bool) {
    self.type = type
    self.format = format
    self.namespaces = namespaces
    self.showsHeader = showsHeader
  }

  /// What to send as `Accept`.
  var accept: String {
    switch format {
    case .table, .wide: ServerTable.accept
    case .yaml, .json, .name: "application/json"
    }
  }

  /// An object or a list; `nil` when a table or the names of nothing were asked for.
  mutating func text(_ answer: JSONValue) -> String? {
    switch format {
    case .table, .wide: return table([answer])
    case .name: return nameLines(answer["items"]?.array ?? (isList(answer) ? [] : [answer]))
    case .json, .yaml: return document(isList(answer) ? Self.list(answer["items"]?.array ?? []) : answer)
    }
  }

  /// Several objects, each of an answer of its own.
  mutating func text(several answers: [JSONValue]) -> String? {
    switch format {
    case .table, .wide: table(answers)
    case .name: nameLines(answers)
    case .json, .yaml: document(Self.list(answers))
    }
  }

  /// An object that changed.
  mutating func text(change answer: JSONValue) -> String? { text(answer) }

  private func isList(_ answer: JSONValue) -> Bool { answer["kind"]?.string?.hasSuffix("List") == true }

  /// kubectl's own form of a list of whatever kinds.
  private static func list(_ items: [JSONValue]) -> JSONValue {
    ["apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": ""], "items": .array(items)]
  }

  private func nameLines(_ items: [JSONValue]) -> String? {
    guard !items.isEmpty else { return nil }
    return items.map { "\(type.qualifiedName)/\($0.at("metadata", "name")?.string ?? "")\n" }.joined()
  }

  private mutating func document(_ value: JSONValue) -> String {
    defer { hasPrinted = true }
    switch format {
    case .json: return value.prettyText + "\n"
    default:
      let text = value.yaml
      return (hasPrinted ? "---\n" : "") + (text.hasSuffix("\n") ? text : text + "\n")
    }
  }

  private mutating func table(_ answers: [JSONValue]) -> String? {
    var seconds = timespec()
    clock_gettime(CLOCK_REALTIME, &seconds)
    let tables = answers.map { ServerTable($0, now: Int64(seconds.tv_sec)) }
    guard var table = tables.first else { return nil }
    table.rows = tables.flatMap(\.rows)
    guard !table.rows.isEmpty else { return nil }
    defer { showsHeader = false }
    return table.text(wide: format == .wide, namespaces: namespaces).lines(showsHeader: showsHeader).map { $0 + "\n" }.joined()
  }
}
