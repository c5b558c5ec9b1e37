import JSON

/// The typed protocol fields of v1alpha2, by which the flat `configData` of v1beta1 is taken apart again.
enum ProtocolFields {
  /// The protocols v1alpha2 has a struct for, in the order in which one is looked for.
  static let typedProtocols = ["modbus", "opcua", "bluetooth"]

  /// The fields of each typed protocol.
  static let configuration = fields(of: typedProtocols, in: .protocolV1Alpha2)

  /// The fields that all protocols have in common, without those that are objects of fields themselves.
  static let common = (Schema.protocolV1Alpha2.member("common")?.fields ?? []).filter {
    !["com", "tcp", "customizedValues"].contains($0.name)
  }

  static let com = Schema.protocolV1Alpha2.member("common")?.member("com")?.fields ?? []

  static let tcp = Schema.protocolV1Alpha2.member("common")?.member("tcp")?.fields ?? []

  /// The fields of each typed protocol's visitors.
  static let visitor = fields(of: typedProtocols, in: .propertyVisitorV1Alpha2)

  /// Moves the members that may stand in `fields` out of `members`; what v1alpha2 would refuse there stays.
  static func take(_ fields: [Schema.Field], from members: inout JSONObject) -> JSONObject {
    var taken: JSONObject = [:]
    for field in fields {
      guard let value = members[field.name], field.schema.validate(value).isEmpty else { continue }
      taken[field.name] = value
      members[field.name] = nil
    }
    return taken
  }

  private static func fields(of protocols: [String], in schema: Schema) -> [String: [Schema.Field]] {
    Dictionary(uniqueKeysWithValues: protocols.map { ($0, schema.member($0)?.fields ?? []) })
  }
}

extension JSONObject {
  /// Adds the members of another object whose keys aren't taken.
  mutating func fill(from other: JSONObject?) {
    for (key, value) in other ?? [:] where self[key] == nil { self[key] = value }
  }

  /// The object as a value; `nil` when it is empty.
  var nonEmpty: JSONValue? { isEmpty ? nil : .object(self) }
}
