import DeviceAPI
import JSON

extension Schema {
  /// Where a configuration says `null` of a field that has a type: who applies something says what it shall be.
  func nulls(in value: JSONValue, at path: String) -> [FieldError] {
    if value.isNull {
      guard !isNullable, self.default == nil, form != .any else { return [] }
      return [FieldError(path: path, kind: .typeInvalid, value: "null", detail: "null is no value: leave the field out")]
    }
    switch form {
    case .object(let fields, _):
      let schemas = Dictionary(fields.map { ($0.name, $0.schema) }, uniquingKeysWith: { $1 })
      return (value.object ?? [:]).flatMap { name, value in schemas[name]?.nulls(in: value, at: "\(path).\(name)") ?? [] }
    case .array(let element): return (value.array ?? []).enumerated().flatMap { element.nulls(in: $1, at: "\(path)[\($0)]") }
    case .map(let element): return (value.object ?? [:]).flatMap { element.nulls(in: $1, at: "\(path)[\($0)]") }
    default: return []
    }
  }
}
