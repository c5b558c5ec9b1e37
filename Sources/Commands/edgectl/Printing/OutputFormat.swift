import ArgumentParser
import JSON

/// How objects are printed, as `-o` says it.
enum OutputFormat: ExpressibleByArgument, Hashable {
  case table, wide, yaml, json, name
  /// `jsonpath=TEMPLATE`
  case jsonPath(JSONPath)
  /// `jsonpath-as-json=TEMPLATE`: the values as a JSON array.
  case jsonPathAsJSON(JSONPath)
  /// `custom-columns=HEADER:PATH,…`
  case customColumns([CustomColumn])

  static let help = ArgumentHelp(
    "How to print: table, wide, yaml, json, name, jsonpath=TEMPLATE, jsonpath-as-json=TEMPLATE or custom-columns=HEADER:PATH,…",
    valueName: "FORMAT")

  static var allValueStrings: [String] { ["table", "wide", "yaml", "json", "name", "jsonpath=", "jsonpath-as-json=", "custom-columns="] }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

  /// Whether the server's own table is wanted.
  var isTable: Bool { self == .table || self == .wide }

  init?(argument: String) {
    guard let format = try? OutputFormat(argument) else { return nil }
    self = format
  }

  init(_ argument: String) throws(JSONPath.Failure) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count == 2 ? String(parts[1]) : nil
    switch (parts[0], value) {
    case ("table", nil): self = .table
    case ("wide", nil): self = .wide
    case ("yaml", nil): self = .yaml
    case ("json", nil): self = .json
    case ("name", nil): self = .name
    case ("jsonpath", let template?) where !template.isEmpty: self = .jsonPath(try JSONPath(template))
    case ("jsonpath-as-json", let template?) where !template.isEmpty: self = .jsonPathAsJSON(try JSONPath(template))
    case ("custom-columns", let columns?) where !columns.isEmpty: self = .customColumns(try CustomColumn.columns(columns))
    case ("jsonpath", _), ("jsonpath-as-json", _):
      throw JSONPath.Failure(description: "a template is missing, for instance \(parts[0])='{.metadata.name}'")
    case ("custom-columns", _):
      throw JSONPath.Failure(description: "columns are missing, for instance custom-columns=NAME:.metadata.name,NODE:.spec.nodeName")
    default:
      throw JSONPath.Failure(
        description: "'\(argument)' is not one of table, wide, yaml, json, name, jsonpath=…, jsonpath-as-json=… and custom-columns=…")
    }
  }
}

/// A column of `custom-columns`.
struct CustomColumn: Hashable {
  let header: String
  let path: JSONPath

  /// The columns of `NAME:.metadata.name,NODE:.spec.nodeName`.
  static func columns(_ text: String) throws(JSONPath.Failure) -> [CustomColumn] {
    var columns: [CustomColumn] = []
    // A comma inside of brackets belongs to its path.
    var depth = 0
    var quote: Character?
    let parts = text.split(omittingEmptySubsequences: false) { character in
      switch character {
      case "'", "\"": quote = quote == nil ? character : quote == character ? nil : quote
      case "[" where quote == nil: depth += 1
      case "]" where quote == nil: depth -= 1
      default: break
      }
      return character == "," && depth == 0 && quote == nil
    }
    for part in parts {
      guard let colon = part.firstIndex(of: ":"), colon != part.startIndex, part.index(after: colon) != part.endIndex else {
        throw JSONPath.Failure(description: "unexpected custom-columns spec: \(part), expected <header>:<json-path-expr>")
      }
      columns.append(CustomColumn(header: String(part[..<colon]), path: try JSONPath(relaxed: String(part[part.index(after: colon)...]))))
    }
    return columns
  }

  /// What the column shows of an object.
  func text(_ object: JSONValue) -> String {
    guard let values = try? path.values(object), !values.isEmpty else { return "<none>" }
    return values.map(\.goText).joined(separator: ",")
  }
}
