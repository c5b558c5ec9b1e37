internal import JSON
internal import MapperRuntime
internal import MapperSDK

/// What a Device may say, and what is said of what it mustn't.
extension Bench {
  static var configPath: String { "spec.protocol.configData" }

  /// A configuration and what the schema says of it.
  struct Part {
    let path: String
    let value: JSONValue
    let fields: [DriverSchema.Field]
    /// The visitor's place among the properties; `nil`: the protocol's configuration.
    let property: Int?
  }

  var parts: [Part] {
    let config = Part(path: Self.configPath, value: simulator.protocolConfig, fields: Driver.schema.protocolConfig, property: nil)
    return [config]
      + properties.enumerated().map { place, property in
        Part(
          path: "spec.properties[\(property.name)].visitors.configData", value: property.visitor, fields: Driver.schema.visitor,
          property: place)
      }
  }

  /// The device with another configuration, or another visitor.
  func device(_ part: Part, saying value: JSONValue) -> SimulatedDevice {
    var device = device()
    if let property = part.property { device.properties[property].visitor = value } else { device.config = value }
    return device
  }

  /// What is wrong with the device, and what is odd.
  func findings(_ device: SimulatedDevice) throws -> (errors: [String], warnings: [String]) {
    do {
      let binding = try bind(device)
      return (binding.faults.sorted { $0.key < $1.key }.map(\.value), binding.warnings)
    } catch let error as DeviceBinding<Driver>.Failure {
      return (error.problems, [])
    }
  }

  func schemaIsDescribed() throws {
    let name = Driver.protocolName
    try demand(
      !name.isEmpty && !name.contains(where: \.isWhitespace), "a protocolName without spaces", "\"\(name)\"",
      "users write it in spec.protocol.protocolName")
    for (list, fields) in [("protocolConfig", Driver.schema.protocolConfig), ("visitor", Driver.schema.visitor)] {
      var names: Set<String> = []
      for field in fields {
        let place = "\(list) \(field.name)"
        try demand(!field.name.isEmpty, "members with names in \(list)", "one without")
        try demand(names.insert(field.name).inserted, "each member of \(list) once", "\(field.name) twice")
        try demand(!field.doc.isEmpty, "a doc for \(place)", "none", "say in half a sentence what the member means")
        if case .oneOf(let words) = field.kind {
          try demand(!words.isEmpty && Set(words).count == words.count, "\(place) to be one of some different words", "\(words)")
        }
        guard let value = field.defaultValue else { continue }
        try demand(!field.isRequired, "\(place) to be required or to have a default", "both")
        let found = DriverSchema(protocolConfig: [field], visitor: []).checkProtocolConfig([field.name: value], path: "")
        try demand(found.isEmpty, "a default of \(place) that the schema itself accepts", found.first?.problem ?? "")
      }
    }
    var commands: Set<String> = []
    for command in Driver.schema.commands {
      try demand(
        !command.name.isEmpty && commands.insert(command.name).inserted, "commands with names of their own", "\"\(command.name)\"")
      try demand(!command.doc.isEmpty, "a doc for the command \(command.name)", "none", "say in half a sentence what it does")
    }
  }

  func schemaAgreesWithTypes() throws {
    for part in parts {
      guard let members = part.value.object else { continue }
      for field in part.fields {
        let path = "\(part.path).\(field.name)"
        func complaint(_ value: JSONValue?) -> String? {
          var members = members
          members[field.name] = value
          do {
            let decoder = JSONValueDecoder(path: part.path)
            if part.property == nil {
              _ = try decoder.decode(Driver.ProtocolConfig.self, from: .object(members))
            } else {
              _ = try decoder.decode(Driver.Visitor.self, from: .object(members))
            }
            return nil
          } catch {
            return error.path == path ? error.problem : nil
          }
        }
        // A driver may want one of two members; then it says more than the decoder does by itself.
        if !field.isRequired, complaint(nil) == "is missing" {
          throw failure(
            "\(path) to be optional, as the schema says", "the Decodable type can't be read without it",
            "use decodeIfPresent or an Optional, or set isRequired in the schema")
        }
        for (value, what) in samples(field) {
          if let problem = complaint(value) {
            throw failure(
              "\(path) to be readable with \(what) \(value.text), which the schema allows", problem,
              "give the type and the schema the same range")
          }
        }
      }
    }
  }

  /// Values that a schema allows: the default, and the ends of a range that somebody thought about.
  private func samples(_ field: DriverSchema.Field) -> [(JSONValue, String)] {
    var samples: [(JSONValue, String)] = []
    if let value = field.defaultValue { samples.append((value, "its default")) }
    if case .integer(let range) = field.kind {
      samples.append((JSONValue(range.lowerBound), "its least value"))
      samples.append((JSONValue(range.upperBound), "its greatest value"))
    }
    return samples
  }

  func ownConfigurationIsAccepted() throws {
    let (errors, warnings) = try findings(device())
    try demand(errors.isEmpty, "a Device without errors", errors.joined(separator: "; "))
    try demand(
      warnings.isEmpty, "a Device without warnings", warnings.joined(separator: "; "),
      "a member that the driver reads belongs into its schema")
    var book = SpecBook(driver: driver)
    let findings = try book.apply(device().text, isStrict: false).findings
    try demand(findings.isEmpty, "objects that the API takes", findings.joined(separator: "; "), "look at SimulatedProperty")
  }

  func unknownMemberIsWarnedOf() throws {
    let member = "noSuchMember"
    for part in parts.prefix(2) {
      guard var members = part.value.object else { continue }
      members[member] = 1
      let (errors, warnings) = try findings(device(part, saying: .object(members)))
      let path = "\(part.path).\(member)"
      try demand(
        errors.isEmpty, "a Device with \(path) to be served", errors.joined(separator: "; "),
        "a Decodable type mustn't refuse what it doesn't know")
      try demand(
        warnings.contains { $0.hasPrefix("\(path): ") }, "a warning that begins with \(path)",
        warnings.isEmpty ? "no warning" : warnings.joined(separator: "; "))
    }
  }

  func wrongTypeIsRefused() throws {
    var isApplied = false
    for part in parts.prefix(2) {
      guard let members = part.value.object else { continue }
      var wrong = part.fields.map { ($0.name, wrongValues($0.kind)) }
      // What the schema doesn't know the driver has to look at by itself.
      for (name, value) in members where !part.fields.contains(where: { $0.name == name }) {
        wrong.append((name, value.string == nil ? ["no such value"] : [[1]]))
      }
      for (name, values) in wrong {
        for value in values {
          isApplied = true
          var members = members
          members[name] = value
          let (errors, _) = try findings(device(part, saying: .object(members)))
          let path = "\(part.path).\(name)"
          try demand(
            errors.contains { $0.hasPrefix(path) }, "\(path): \(value.text) to be refused at its place",
            errors.isEmpty ? "it is accepted" : errors.joined(separator: "; "), "give the schema a field for it, with its kind")
        }
      }
    }
    if !isApplied { throw NotSimulated("be told anything wrong: neither configuration has a member") }
  }

  private func wrongValues(_ kind: DriverSchema.Kind) -> [JSONValue] {
    switch kind {
    case .integer(let range):
      (range.upperBound < .max ? [JSONValue(range.upperBound + 1)] : [])
        + (range.lowerBound > .min ? [JSONValue(range.lowerBound - 1)] : []) + ["no number", [1]]
    case .number, .boolean: ["no such value", [1]]
    case .string: [17, ["text"]]
    case .oneOf: ["no such word", 17]
    case .structure: ["text", 17]
    // The driver reads it by itself, whatever it is.
    case .any: []
    }
  }

  func missingMemberIsNamed() throws {
    for part in parts {
      guard let members = part.value.object else { continue }
      for (name, _) in members {
        var rest = members
        rest[name] = nil
        let (errors, _) = try findings(device(part, saying: .object(rest)))
        for error in errors {
          let rest = error.hasPrefix("\(part.path).") ? error.dropFirst(part.path.count + 1) : ""
          try demand(
            rest.first.map { $0 != ":" } ?? false, "an error that names a member below \(part.path) when \(name) is missing", error,
            "declare the member in the schema with isRequired, or give SchemaIssue a path")
        }
      }
    }
  }

  /// The device with one visitor spoilt; `nil` when the schema has nothing to spoil.
  private func spoilt(_ place: Int) throws -> SimulatedDevice? {
    let part = parts[place + 1]
    guard let members = part.value.object else { return nil }
    for field in part.fields {
      guard let value = wrongValues(field.kind).first else { continue }
      var members = members
      members[field.name] = value
      let device = device(part, saying: .object(members))
      if (try? bind(device))?.faults.isEmpty == false { return device }
    }
    return nil
  }

  func badVisitorCostsItself() async throws {
    guard let device = try spoilt(0) else { throw NotSimulated("spoil a visitor: the driver's schema has no member for one") }
    let binding: DeviceBinding<Driver>
    do {
      binding = try bind(device)
    } catch {
      throw failure("the other properties to be served", "\(error)")
    }
    try demand(
      Array(binding.faults.keys) == [properties[0].name], "only \(properties[0].name) to be refused",
      binding.faults.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; "))
    try await arrangeIfPossible()
    let values = try await deviceValues()
    try await withHarness { harness in
      _ = try harness.applyRegardless(device.text)
      for property in properties.dropFirst() { try await reported(property, as: values[property.name] ?? "", by: Self.name, harness) }
    }
  }
}
