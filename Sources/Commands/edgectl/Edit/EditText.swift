import JSON
import YAML

/// The text that `edgectl edit` opens, and what comes back.
enum EditText {
  private static let introduction = [
    "Please edit the object below. Lines beginning with a '#' will be ignored,",
    "and an empty file will abort the edit. If an error occurs while saving this file will be",
    "reopened with the relevant failures.",
  ]

  /// The object as YAML below the comment, with what was wrong last time.
  static func text(_ object: JSONValue, problems: [String] = []) -> String { header(problems) + object.yaml }

  /// The user's own text again, with what was wrong with it.
  static func text(again body: String, problems: [String]) -> String { header(problems) + body }

  private static func header(_ problems: [String]) -> String {
    var lines = introduction
    if !problems.isEmpty { lines += [""] + problems.flatMap { $0.split(separator: "\n").map(String.init) } }
    return lines.map { $0.isEmpty ? "#\n" : "# \(DisplayText.safe($0))\n" }.joined() + "#\n"
  }

  /// How many lines the comment has with these problems, so that a place in the body can be told as one in the file.
  static func headerLines(problems: Int) -> Int { introduction.count + (problems == 0 ? 0 : 1 + problems) + 1 }

  /// What is left of an edited text without the comment on top.
  static func body(_ text: String) -> String {
    var rest = text[...]
    while rest.first == "#" || rest.first == "\n" {
      guard let end = rest.firstIndex(of: "\n") else { return "" }
      rest = rest[rest.index(after: end)...]
    }
    return String(rest)
  }

  /// What somebody may write to: the object without what the server alone keeps and reports.
  static func editable(_ object: JSONValue) -> JSONValue {
    var object = object.withoutManagedFields
    var metadata = object["metadata"] ?? [:]
    for member in ["resourceVersion", "generation"] { metadata[member] = nil }
    object["metadata"] = metadata
    // In v1alpha2 the desired values stand in the status.
    let twins = object.at("status", "twins")?.array ?? []
    object["status"] = .array(twins.map { ["propertyName": $0["propertyName"] ?? .null, "desired": $0["desired"] ?? .null] })
    return object
  }
}
