import JSON

/// A device with the texts in place that its configuration refers to.
public struct ReferenceResolution: Sendable {
  /// The device: what it refers to stands in place of the references, as far as there are no problems.
  public private(set) var device: ResolvedDevice
  /// What is missing or can't be used, each beginning with its path in v1beta1; without the text of any Secret.
  public private(set) var problems: [String] = []
  /// The texts of Secrets that are in ``device``.
  public private(set) var secrets: [SecretText] = []

  /// Resolves a device's references.
  ///
  /// - Parameters:
  ///   - driver: What the driver says of configurations: a number or a truth value is put in place as that.
  ///   - content: What is known of an object.
  public init(_ device: ResolvedDevice, driver: DriverSchemaDocument, content: (ReferencedObject) -> ReferencedContent) {
    self.device = device
    self.device.protocolConfig = resolve(
      device.protocolConfig, at: ResolvedDevice.protocolConfigPath, driver.protocolConfig, content)
    for (index, property) in device.properties.enumerated() {
      self.device.properties[index].visitor = resolve(
        property.visitor, at: ResolvedDevice.visitorPath(property.name), driver.visitor, content)
    }
  }

  private mutating func resolve(
    _ config: JSONValue, at path: String, _ schema: Schema, _ content: (ReferencedObject) -> ReferencedContent
  ) -> JSONValue {
    config.replacingReferences(at: path, schema) { path, value, schema in
      guard let reference = ValueReference(value) else {
        problems += ValueReference.errors(in: value, at: path).map(\.description)
        return nil
      }
      let object = reference.object(in: device.namespace)
      switch ReferencedText(reference, in: object, content(object)) {
      case .missing where reference.isOptional: return nil
      case .missing(let problem), .unusable(let problem):
        problems.append("\(path): \(problem)")
        return nil
      case .found(let text):
        if reference.kind == .secret { secrets.append(SecretText(text, label: reference.description)) }
        guard let value = schema.map({ $0.value(from: text) }) ?? .string(text) else {
          problems.append("\(path): expected \(schema?.phrase ?? "another value"), and \(reference) is none")
          return nil
        }
        return value
      }
    }
  }
}

extension ResolvedDevice {
  /// Where problems of ``protocolConfig`` are, in v1beta1.
  static let protocolConfigPath = "spec.protocol.configData"

  /// Where problems of a property's visitor are, in v1beta1.
  static func visitorPath(_ property: String) -> String { "spec.properties[\(property)].visitors.configData" }

  /// The objects that the device's configuration refers to.
  public var references: Set<ReferencedObject> {
    var found: Set<ReferencedObject> = []
    func find(_ config: JSONValue, _ path: String) {
      config.forEachReference(at: path) { _, value in
        if let reference = ValueReference(value) { found.insert(reference.object(in: namespace)) }
      }
    }
    find(protocolConfig, "")
    for property in properties { find(property.visitor, "") }
    return found
  }

  /// Whether the device's configuration has anything that is meant to be a reference.
  public var hasReferences: Bool {
    var isFound = false
    protocolConfig.forEachReference(at: "") { _, _ in isFound = true }
    for property in properties where !isFound { property.visitor.forEachReference(at: "") { _, _ in isFound = true } }
    return isFound
  }
}

extension Schema {
  /// A text as the value that the schema expects; `nil` when it says none.
  fileprivate func value(from text: String) -> JSONValue? {
    switch form {
    case .string, .any, .intOrString: return .string(text)
    case .integer, .number:
      guard let number = JSONNumber(text: text.trimmed), form == .number || number.int64 != nil else { return nil }
      return .number(number)
    case .boolean: return text.trimmed == "true" ? true : text.trimmed == "false" ? false : nil
    case .object, .map, .array, .structure: return nil
    }
  }

  fileprivate var phrase: String {
    switch form {
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    default: "an object or a list, which no reference is put in place of"
    }
  }
}

extension String {
  /// Without the white space around it, with which files end.
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }
}
