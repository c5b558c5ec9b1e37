package import DeviceAPI
internal import JSON
package import MapperSDK

extension DriverSchema {
  /// The schema as others are told of it, with what the framework itself reads in a configuration.
  package func document(protocolName: String) -> DriverSchemaDocument {
    DriverSchemaDocument(
      protocolName: protocolName,
      protocolConfig: .object(
        "How to reach a device of the protocol \(protocolName).",
        protocolConfig.map(\.apiField) + Self.framework("all properties of the device")),
      visitor: .object(
        "How to find a property in a device of the protocol \(protocolName).", visitor.map(\.apiField) + Self.framework("the property")),
      commands: commands.map { .init(name: $0.name, argument: $0.argument, description: $0.doc.asSentence) })
  }

  private static func framework(_ subject: String) -> [Schema.Field] {
    [
      .optional(
        ReportPolicy.key, .object("When readings of \(subject) are reported.", ReportPolicy.schema.visitor.map(\.apiField))),
      .optional(
        DesiredPolicy.key,
        .string(
          "Whether a desired value is written once, or again each time the device doesn't keep it: of \(subject).",
          allowed: DesiredPolicy.allCases.map(\.rawValue))),
    ]
  }
}

extension DriverSchema.Field {
  fileprivate var apiField: Schema.Field {
    var schema: Schema
    switch kind {
    case .integer(let range):
      schema = .integer(
        doc.asSentence, minimum: range.lowerBound == .min ? nil : range.lowerBound,
        maximum: range.upperBound == .max ? nil : range.upperBound)
    case .number(let range):
      schema = .number(doc.asSentence)
      if range.lowerBound != -.greatestFiniteMagnitude { schema.minimum = JSONNumber(range.lowerBound) }
      if range.upperBound != .greatestFiniteMagnitude { schema.maximum = JSONNumber(range.upperBound) }
    case .string: schema = .string(doc.asSentence)
    case .oneOf(let words): schema = .string(doc.asSentence, allowed: words)
    case .boolean: schema = .boolean(doc.asSentence)
    case .structure: schema = .structure(doc.asSentence)
    case .any: schema = .any(doc.asSentence)
    }
    schema.unit = unit
    schema.default = defaultValue
    schema.isLenient = isLenient
    return isRequired ? .required(name, schema) : .optional(name, schema)
  }
}

extension String {
  /// Half a sentence as a whole one.
  fileprivate var asSentence: String {
    guard let first else { return "" }
    let start = dropFirst().first?.isUppercase == true ? String(first) : first.uppercased()
    return start + dropFirst() + (last == "." ? "" : ".")
  }
}
