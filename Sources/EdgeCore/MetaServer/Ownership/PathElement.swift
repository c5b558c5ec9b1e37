package import JSON

/// One step on the way to a field: structured-merge-diff's path elements.
package enum PathElement: Sendable, Hashable {
  /// A member of an object.
  case field(String)
  /// The element of a list that has these values in its key fields, sorted by name.
  case key([KeyField])
  /// The element of a set.
  case value(JSONValue)
  /// The element at a place.
  case index(Int)

  package struct KeyField: Sendable, Hashable {
    package var name: String
    package var value: JSONValue
  }

  /// As `fieldsV1` writes it: `f:spec`, `k:{"name":"x"}`, `v:"a"`, `i:0`.
  package var text: String {
    switch self {
    case .field(let name): "f:\(name)"
    case .key(let fields): "k:\(JSONValue.object(JSONObject(fields.map { ($0.name, $0.value) })).text)"
    case .value(let value): "v:\(value.text)"
    case .index(let index): "i:\(index)"
    }
  }

  /// Reads what `fieldsV1` writes; `nil` when it is nothing of it.
  package init?(_ text: String) {
    let rest = String(text.dropFirst(2))
    switch text.prefix(2) {
    case "f:": self = .field(rest)
    case "k:":
      guard let object = try? JSONValue(parsing: rest).object, !object.isEmpty else { return nil }
      self = .key(object.map { KeyField(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name })
    case "v:":
      guard let value = try? JSONValue(parsing: rest) else { return nil }
      self = .value(value)
    case "i:":
      guard let index = Int(rest), index >= 0 else { return nil }
      self = .index(index)
    default: return nil
    }
  }

  /// As a conflict names it: `.spec`, `[name="x"]`, `[="a"]`, `[0]`.
  package var place: String {
    switch self {
    case .field(let name): ".\(name)"
    case .key(let fields): "[\(fields.map { "\($0.name)=\($0.value.text)" }.joined(separator: ","))]"
    case .value(let value): "[=\(value.text)]"
    case .index(let index): "[\(index)]"
    }
  }
}
