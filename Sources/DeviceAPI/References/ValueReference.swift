public import JSON

/// A value of a configuration that isn't written there but in a Secret or a ConfigMap, in the words in which Kubernetes says it of
/// a container's environment:
///
/// ```yaml
/// password: {valueFrom: {secretKeyRef: {name: plc-login, key: password}}}
/// ```
///
/// The object is in the device's namespace, also where the device's model refers to it.
public struct ValueReference: Sendable, Hashable, CustomStringConvertible {
  /// What is referred to.
  public enum Kind: String, Sendable, CaseIterable {
    /// What nobody should read but those it is for.
    case secret = "Secret"
    /// Text that anybody may read.
    case configMap = "ConfigMap"

    /// The kind's name in paths of the API.
    public var plural: String {
      switch self {
      case .secret: "secrets"
      case .configMap: "configmaps"
      }
    }

    /// The member of `valueFrom` that refers to it.
    var member: String {
      switch self {
      case .secret: "secretKeyRef"
      case .configMap: "configMapKeyRef"
      }
    }
  }

  /// What is referred to.
  public var kind: Kind
  /// The object's name.
  public var name: String
  /// The key of its data.
  public var key: String
  /// Whether the device does without the value: then the field counts as absent while the object or the key is.
  public var isOptional: Bool

  /// Reads a reference; `nil` when the value is none, or is malformed.
  public init?(_ value: JSONValue) {
    guard Self.isMeant(value), Self.errors(in: value, at: "").isEmpty else { return nil }
    for kind in Kind.allCases {
      guard let body = value["valueFrom"]?[kind.member], let name = body["name"]?.string, let key = body["key"]?.string else { continue }
      self.kind = kind
      self.name = name
      self.key = key
      isOptional = body["optional"]?.bool ?? false
      return
    }
    return nil
  }

  /// What is shown in the place of a secret text, for instance `(secret plc-login/password)`.
  public var description: String {
    switch kind {
    case .secret: "(secret \(name)/\(key))"
    case .configMap: "(configmap \(name)/\(key))"
    }
  }

  /// The object that a device of a namespace refers to with it.
  public func object(in namespace: String) -> ReferencedObject { ReferencedObject(kind: kind, namespace: namespace, name: name) }

  /// Whether a value is meant to be a reference: an object with a member `valueFrom`.
  public static func isMeant(_ value: JSONValue) -> Bool { value.object.map { $0["valueFrom"] != nil } ?? false }

  // MARK: What is wrong

  /// Everything that is wrong with a value that is meant to be a reference.
  ///
  /// - Parameter path: Where it stands.
  static func errors(in value: JSONValue, at path: String) -> [FieldError] {
    // A member that isn't known would else be a matter of taste, and the reference not what its author meant.
    var errors = schema.validate(value).map { error in
      FieldError(
        path: path + (error.path.isEmpty || path.isEmpty ? "" : ".") + error.path,
        kind: error.kind == .unknownField ? .invalid : error.kind, value: error.value, detail: error.detail)
    }
    guard let source = value["valueFrom"], source.object != nil else { return errors }
    let place = path.appending(field: "valueFrom")
    let named = Kind.allCases.filter { source[$0.member] ?? .null != .null }
    if named.count != 1 {
      let found = named.isEmpty ? "neither" : "both"
      errors.append(
        FieldError(path: place, kind: .invalid, detail: "names one secretKeyRef or one configMapKeyRef, and there is \(found)"))
    }
    for kind in named {
      let body = source[kind.member]
      if let name = body?["name"]?.nonEmptyString, let problem = DNSName.problem(subdomain: name) {
        errors.append(.invalid("\(place).\(kind.member).name", name, problem))
      }
      if let key = body?["key"]?.nonEmptyString, !isKey(key) {
        errors.append(
          .invalid("\(place).\(kind.member).key", key, "a key has letters, digits, '-', '_' and '.', and up to 253 characters"))
      }
    }
    return errors
  }

  private static func isKey(_ key: String) -> Bool {
    key.utf8.count <= 253 && key != "." && !key.hasPrefix("..")
      && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == ".") }
  }

  private static let schema: Schema = .object(
    "A value that stands elsewhere.",
    [
      .required(
        "valueFrom",
        .object(
          "Where the value is.",
          Kind.allCases.map { kind in
            .optional(
              kind.member,
              .object(
                "A key of a \(kind.rawValue) in the device's namespace.",
                [
                  .required("name", nonEmpty("The object's name.")), .required("key", nonEmpty("The key of its data.")),
                  .optional("optional", .boolean("Whether the device does without it.")),
                ]))
          }))
    ])

  private static func nonEmpty(_ description: String) -> Schema {
    var schema = Schema.string(description)
    schema.minLength = 1
    return schema
  }
}
