public import JSON

/// What a driver expects in a Device's protocol configuration and in its visitors.
///
/// The framework checks Devices against it before it touches a device.
public struct DriverSchema: Sendable, Hashable {
  /// The members of `spec.protocol.configData`.
  public var protocolConfig: [Field]
  /// The members of `properties[].visitors.configData`.
  public var visitor: [Field]
  /// What devices do on demand, beside being read and written.
  public var commands: [Command]

  /// A schema.
  public init(protocolConfig: [Field], visitor: [Field], commands: [Command] = []) {
    self.protocolConfig = protocolConfig
    self.visitor = visitor
    self.commands = commands
  }

  /// The command of a name, if there is one.
  public func command(_ name: String) -> Command? { commands.first { $0.name == name } }

  /// Checks a protocol configuration; an absent one counts as empty.
  ///
  /// - Parameters:
  ///   - value: The configuration.
  ///   - path: Where it stands, for instance `spec.protocol.configData`.
  public func checkProtocolConfig(_ value: JSONValue?, path: String) -> [SchemaIssue] {
    Self.check(value, against: protocolConfig, path: path)
  }

  /// Checks a visitor; an absent one counts as empty.
  ///
  /// - Parameters:
  ///   - value: The visitor.
  ///   - path: Where it stands, for instance `spec.properties[0].visitors.configData`.
  public func checkVisitor(_ value: JSONValue?, path: String) -> [SchemaIssue] {
    Self.check(value, against: visitor, path: path)
  }

  private static func check(_ value: JSONValue?, against fields: [Field], path: String) -> [SchemaIssue] {
    let object: JSONObject
    switch value {
    case nil, .null?: object = JSONObject()
    case .object(let members)?: object = members
    case let other?: return [SchemaIssue(path: path, problem: "expected an object, found \(other.text.prefix(64))", isError: true)]
    }
    var issues: [SchemaIssue] = []
    for field in fields {
      let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
      guard let member = object[field.name], !member.isNull else {
        if field.isRequired { issues.append(SchemaIssue(path: fieldPath, problem: "is missing: \(field.doc)", isError: true)) }
        continue
      }
      if let problem = field.problem(with: member) { issues.append(SchemaIssue(path: fieldPath, problem: problem, isError: true)) }
    }
    for (key, _) in object where !fields.contains(where: { $0.name == key }) {
      let known = fields.map(\.name)
      let hint = Suggestion.nearest(to: key, among: known).map { ", did you mean \($0)?" } ?? ""
      let fieldPath = path.isEmpty ? key : "\(path).\(key)"
      issues.append(SchemaIssue(path: fieldPath, problem: "is not known to the driver\(hint)", isError: false))
    }
    return issues
  }
}
