import DeviceAPI
import JSON

/// How a value is taken apart to say who owns what of it.
enum FieldShape {
  /// As a whole: a scalar, an atomic list or object.
  case leaf
  /// Member by member; the schema of each, where there is one.
  case members(known: [String: Schema], others: Schema?)
  /// A list whose elements stand for themselves.
  case set
  /// A list whose elements are known by the values of some fields.
  case items(keys: [String], Schema)

  /// - Parameter schema: `nil` where nothing is known of the value: then objects have members, and lists are wholes.
  init(of value: JSONValue, _ schema: Schema?) {
    guard let schema, schema.form != .any else {
      self = value.object == nil ? .leaf : .members(known: [:], others: nil)
      return
    }
    switch (schema.form, value) {
    case (.object(let fields, _), .object) where schema.mapType != .atomic:
      self = .members(known: Dictionary(fields.map { ($0.name, $0.schema) }, uniquingKeysWith: { $1 }), others: nil)
    case (.map(let element), .object) where schema.mapType != .atomic: self = .members(known: [:], others: element)
    case (.array(let element), .array(let elements)):
      switch schema.listType {
      case .atomic: self = .leaf
      case .set: self = Set(elements).count == elements.count ? .set : .leaf
      case .map(let keys):
        let found = Set(elements.compactMap { PathElement(of: $0, keys: keys, element) })
        self = found.count == elements.count ? .items(keys: keys, element) : .leaf
      }
    default: self = .leaf
    }
  }

  /// The parts of a value, in their order.
  func parts(of value: JSONValue) -> [(element: PathElement, value: JSONValue, schema: Schema?)] {
    switch self {
    case .leaf: []
    case .members(let known, let others):
      (value.object ?? [:]).map { (.field($0.key), $0.value, known[$0.key] ?? others) }
    case .set: (value.array ?? []).map { (.value($0), $0, nil) }
    case .items(let keys, let schema):
      (value.array ?? []).compactMap { item in PathElement(of: item, keys: keys, schema).map { ($0, item, schema) } }
    }
  }

  /// A value of these parts.
  func assemble(_ parts: [(element: PathElement, value: JSONValue)]) -> JSONValue {
    switch self {
    case .leaf: .null
    case .members:
      .object(
        JSONObject(
          parts.compactMap { part in
            if case .field(let name) = part.element { (name, part.value) } else { nil }
          }))
    case .set, .items: .array(parts.map(\.value))
    }
  }
}

extension PathElement {
  /// The element of a list with these key fields; `nil` when one is missing.
  init?(of item: JSONValue, keys: [String], _ schema: Schema) {
    var fields: [KeyField] = []
    for key in keys.sorted() {
      let value = item[key] ?? schema.fields.first { $0.name == key }?.schema.default
      guard let value, !value.isNull else { return nil }
      fields.append(KeyField(name: key, value: value))
    }
    self = .key(fields)
  }
}
