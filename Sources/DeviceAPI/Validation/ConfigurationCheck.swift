import JSON

/// Holds configurations against what their driver says of them, gathering what it finds.
struct ConfigurationCheck {
  let driver: DriverSchemaDocument
  private(set) var errors: [FieldError] = []
  private(set) var warnings: [String] = []

  init(driver: DriverSchemaDocument) { self.driver = driver }

  /// A configuration that a device or a model has, and how its members are called where it was written.
  struct Source {
    /// The members, as v1beta1 has them.
    let members: JSONObject
    /// The path of a member.
    let path: (_ member: String) -> String
  }

  /// Checks a device's configuration over its model's.
  ///
  /// What the device writes has to work, and what is required has to be there. What it takes from its model, whose author wrote
  /// it, is worth a warning.
  ///
  /// - Parameters:
  ///   - own: What the device writes; `nil` when it writes nothing of the sort.
  ///   - inherited: What its model says; `nil` when there is no model yet.
  ///   - subject: What the configuration belongs to, for people.
  mutating func check(_ schema: Schema, own: Source?, inherited: JSONObject?, subject: () -> String) {
    var members = inherited ?? [:]
    for (key, value) in own?.members ?? [:] { members[key] = value }
    for error in schema.validate(.object(members), takingReferences: true) {
      let member = Self.firstMember(of: error.path)
      let isOwn = own?.members[member] != nil
      switch (error.kind, own) {
      case (.unknownField, let own?) where isOwn:
        let names = schema.fields.map(\.name)
        let hint = error.path == member ? Suggestion.text(for: member, among: names) : ""
        warnings.append("\(Self.place(error.path, own)): is not known to the driver of \(driver.protocolName)\(hint)")
      case (.unknownField, _): break
      case (.required, let own?) where inherited != nil || isOwn:
        let field = schema.member(member)
        let meaning = error.path == member ? field.map { ": \($0.description)" } ?? "" : ""
        errors.append(
          FieldError(path: Self.place(error.path, own), kind: .required, detail: "the driver of \(driver.protocolName) needs it\(meaning)"))
      case (.required, _) where inherited == nil: break
      case (_, let own?) where isOwn:
        errors.append(FieldError(path: Self.place(error.path, own), kind: error.kind, value: error.value, detail: error.detail))
      case (.required, _):
        warnings.append(
          "\(subject()): neither the device nor its DeviceModel says \(error.path), which the driver of \(driver.protocolName) needs")
      default:
        warnings.append("\(subject()): the DeviceModel says what the driver of \(driver.protocolName) can't use: \(error)")
      }
    }
  }

  /// Checks a model's configuration, which devices may complete and override.
  mutating func model(_ model: JSONValue) {
    check(driver.protocolConfig, model.at("spec", "protocolConfigData"), at: "spec.protocolConfigData")
    for (index, property) in (model.at("spec", "properties")?.array ?? []).enumerated() {
      check(driver.visitor, property.at("visitors", "configData"), at: "spec.properties[\(index)].visitors.configData")
    }
  }

  private mutating func check(_ schema: Schema, _ value: JSONValue?, at path: String) {
    guard let value, value.object != nil else { return }
    for error in schema.validate(value, takingReferences: true) where error.kind != .required || error.path.contains(".") {
      let place = Self.joined(path, error.path)
      if error.kind == .unknownField {
        let hint = Suggestion.text(for: error.path, among: schema.fields.map(\.name))
        warnings.append("\(place): is not known to the driver of \(driver.protocolName)\(hint)")
      } else {
        errors.append(FieldError(path: place, kind: error.kind, value: error.value, detail: error.detail))
      }
    }
  }

  /// The path of a finding where its member was written.
  private static func place(_ path: String, _ source: Source) -> String {
    let member = firstMember(of: path)
    guard path.hasPrefix(member) else { return joined(source.path(member), String(path.dropFirst(member.utf8.count + 2))) }
    return source.path(member) + path.dropFirst(member.count)
  }

  private static func joined(_ path: String, _ rest: String) -> String {
    rest.isEmpty ? path : rest.hasPrefix("[") || rest.hasPrefix(".") ? path + rest : "\(path).\(rest)"
  }

  /// The member of a configuration that a path goes through.
  private static func firstMember(of path: String) -> String {
    if path.hasPrefix("[") { return String(path.dropFirst().prefix { $0 != "]" }) }
    return String(path.prefix { $0 != "." && $0 != "[" })
  }
}
