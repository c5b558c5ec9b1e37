public import JSON

/// What a driver says of its devices' configuration, as it is told to others: mappers keep it as a ConfigMap at the API, where
/// edgecore and edgectl find it.
///
/// The text is a JSON object with the members `protocol`, `protocolConfig` and `visitor`, which are OpenAPI 3 schemas of objects,
/// and `commands`. Two members are this project's own: `x-swiftlet-unit`, the unit of a number, and `x-swiftlet-lenient`, which
/// says that a number or a truth value may stand as text, and a word be written in any case.
public struct DriverSchemaDocument: Sendable, Hashable {
  /// A command that the driver's devices know.
  public struct Command: Sendable, Hashable {
    /// The command's name: that of the device method which carries it out.
    public var name: String
    /// What its argument is; `nil` when it takes none.
    public var argument: String?
    /// What it does.
    public var description: String

    /// A command.
    public init(name: String, argument: String?, description: String) {
      self.name = name
      self.argument = argument
      self.description = description
    }
  }

  /// The `protocolName` of the driver's devices.
  public var protocolName: String
  /// What `spec.protocol.configData` of a Device may be.
  public var protocolConfig: Schema
  /// What `spec.properties[].visitors.configData` of a Device may be.
  public var visitor: Schema
  /// What devices do on demand, beside being read and written.
  public var commands: [Command]

  /// A document from its parts.
  public init(protocolName: String, protocolConfig: Schema, visitor: Schema, commands: [Command] = []) {
    self.protocolName = protocolName
    self.protocolConfig = protocolConfig
    self.visitor = visitor
    self.commands = commands
  }

  /// Reads a document.
  ///
  /// - Throws: ``DeviceAPIError`` with the path of what can't be read.
  public init(decoding json: JSONValue) throws(DeviceAPIError) {
    func error(_ path: String, _ problem: String) -> DeviceAPIError { DeviceAPIError(code: .invalidField, path: path, problem: problem) }
    guard let name = json["protocol"]?.nonEmptyString else { throw error("protocol", "the protocol's name is required") }
    func schema(_ key: String) throws(DeviceAPIError) -> Schema {
      do throws(DeviceAPIError) {
        let schema = try Schema(openAPI: json[key] ?? ["type": "object"])
        guard case .object = schema.form else { throw error("type", "a configuration is an object") }
        return schema
      } catch let problem {
        throw error(problem.path.isEmpty ? key : "\(key).\(problem.path)", problem.problem)
      }
    }
    self.init(
      protocolName: name, protocolConfig: try schema("protocolConfig"), visitor: try schema("visitor"),
      commands: (json["commands"]?.array ?? []).compactMap { command in
        command["name"]?.nonEmptyString.map {
          Command(name: $0, argument: command["argument"]?.nonEmptyString, description: command["description"]?.string ?? "")
        }
      })
  }

  /// The document as JSON.
  public var json: JSONValue {
    var json: JSONValue = [
      "protocol": .string(protocolName), "protocolConfig": protocolConfig.openAPI, "visitor": visitor.openAPI,
    ]
    if !commands.isEmpty {
      json["commands"] = .array(
        commands.map { command in
          var json: JSONValue = ["name": .string(command.name), "description": .string(command.description)]
          json["argument"] = command.argument.map { .string($0) }
          return json
        })
    }
    return json
  }
}
