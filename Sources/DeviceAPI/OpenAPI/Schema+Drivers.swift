import JSON

extension Schema {
  /// The schema with what drivers say of configurations in the descriptions of the fields that hold them.
  func explaining(_ drivers: [DriverSchemaDocument]) -> Schema {
    guard !drivers.isEmpty else { return self }
    let sorted = drivers.sorted { $0.protocolName < $1.protocolName }
    let protocols = sorted.map { "\n\n" + $0.protocolConfig.summary(of: $0.protocolName) }.joined()
    let visitors = sorted.map { "\n\n" + $0.visitor.summary(of: $0.protocolName) }.joined()
    let commands = sorted.map { $0.commandSummary.map { "\n\n" + $0 } ?? "" }.joined()
    let additions: [([String], String)] = [
      // v1beta1
      (["spec", "protocol", "configData"], protocols), (["spec", "protocolConfigData"], protocols),
      (["spec", "properties", "visitors", "configData"], visitors), (["spec", "methods"], commands),
      // v1alpha2
      (["spec", "protocol", "customizedProtocol", "configData"], protocols),
      (["spec", "propertyVisitors", "customizedProtocol", "configData"], visitors),
    ]
    return additions.reduce(self) { $0.describing($1.0[...], $1.1) }
  }

  /// The schema with more to say about a field, if it has it.
  private func describing(_ path: ArraySlice<String>, _ addition: String) -> Schema {
    var schema = self
    guard let name = path.first else {
      schema.description += addition
      return schema
    }
    switch form {
    case .object(var fields, let preservesUnknown):
      guard let index = fields.index(of: name) else { return self }
      fields[index].schema = fields[index].schema.describing(path.dropFirst(), addition)
      schema.form = .object(fields, preservesUnknown: preservesUnknown)
    case .array(let element): schema.form = .array(of: element.describing(path, addition))
    default: break
    }
    return schema
  }

  /// The members of a configuration, one a line.
  private func summary(of protocolName: String) -> String {
    (["For \(protocolName):"] + fields.map { "- \($0.name) (\($0.summary)): \($0.schema.description)" }).joined(separator: "\n")
  }
}

extension Schema.Field {
  /// What kind of value it is, with its unit, range and default, in a few words.
  fileprivate var summary: String {
    var words: [String] = []
    switch schema.form {
    case .string where !schema.allowed.isEmpty: words.append(schema.allowed.map { $0.string ?? $0.text }.joined(separator: " | "))
    case .structure: words.append("object or array")
    case .any: words.append("any value")
    default: words.append(schema.typeName ?? "integer or string")
    }
    switch (schema.minimum, schema.maximum) {
    case (let minimum?, let maximum?): words.append("\(minimum.text) to \(maximum.text)")
    case (let minimum?, nil): words.append("at least \(minimum.text)")
    case (nil, let maximum?): words.append("at most \(maximum.text)")
    case (nil, nil): break
    }
    var parts = [words.joined(separator: ", ") + (schema.unit.map { " \($0)" } ?? "")]
    if isRequired { parts.append("required") }
    if let value = schema.default { parts.append("\(value.string ?? value.text) unless set") }
    return parts.joined(separator: "; ")
  }
}

extension DriverSchemaDocument {
  /// The commands, one a line; `nil` when there are none.
  fileprivate var commandSummary: String? {
    guard !commands.isEmpty else { return nil }
    let lines = commands.map { "- \($0.name)\($0.argument.map { " (\($0))" } ?? ""): \($0.description)" }
    return (["Devices of \(protocolName) know these by name:"] + lines).joined(separator: "\n")
  }
}
