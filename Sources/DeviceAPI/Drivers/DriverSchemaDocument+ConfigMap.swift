public import JSON

extension DriverSchemaDocument {
  /// The label by which ConfigMaps with a driver's schema are found; its value is the protocol's name, as far as a label can say it.
  public static let label = "devices.kubeedge.io/protocol"
  /// The key of the ConfigMap's data under which the document stands.
  public static let dataKey = "schema.json"
  /// The namespace mappers put it into: KubeEdge's own.
  public static let namespace = "kubeedge"

  /// The name of a protocol's ConfigMap: `modbus-driver-schema`.
  public static func configMapName(_ protocolName: String) -> String {
    var name = ""
    for character in protocolName.lowercased().prefix(200) {
      name.append(character.isASCII && (character.isLetter || character.isNumber) ? character : "-")
    }
    let trimmed = name.drop { $0 == "-" }
    return "\(trimmed.isEmpty ? "" : "\(trimmed)-")driver-schema"
  }

  /// The ConfigMap that tells others of the driver.
  public func configMap(namespace: String = namespace) -> JSONValue {
    let labels: JSONValue = [Self.label: .string(Self.labelValue(protocolName))]
    return [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": .string(Self.configMapName(protocolName)), "namespace": .string(namespace), "labels": labels],
      "data": [Self.dataKey: .string(json.prettyText + "\n")],
    ]
  }

  /// Reads what a ConfigMap says of a driver; `nil` when it isn't about one.
  ///
  /// - Throws: ``DeviceAPIError`` with the path in the ConfigMap, when it is and can't be read.
  public init?(configMap: JSONValue) throws(DeviceAPIError) {
    guard configMap["kind"]?.string == "ConfigMap", configMap.at("metadata", "labels", Self.label)?.string != nil,
      let text = configMap.at("data", Self.dataKey)?.string
    else { return nil }
    let path = "data[\(Self.dataKey)]"
    let json: JSONValue
    do throws(JSONParseError) {
      json = try JSONValue(parsing: text)
    } catch {
      throw DeviceAPIError(code: .invalidField, path: path, problem: error.description)
    }
    do throws(DeviceAPIError) {
      try self.init(decoding: json)
    } catch {
      throw DeviceAPIError(code: error.code, path: "\(path).\(error.path)", problem: error.problem)
    }
  }

  private static func labelValue(_ name: String) -> String {
    if DNSName.problem(qualified: name, "") == nil { return name }
    var value = configMapName(name).prefix(63)
    while value.last == "-" { value.removeLast() }
    return String(value)
  }
}
