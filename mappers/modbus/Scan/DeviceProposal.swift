import JSON
import ModbusDriver
import YAML

/// DeviceModels and Devices for units that were found, to be completed by hand.
struct DeviceProposal {
  let line: ModbusLine
  let node: String

  /// The YAML.
  func yaml(_ units: [FoundUnit]) -> String {
    var models: [String] = []
    var documents: [String] = []
    for unit in units {
      let model = modelName(of: unit)
      if !models.contains(model) {
        models.append(model)
        documents.append(self.model(model, unit))
      }
      documents.append(device(unit, model: model))
    }
    return documents.joined(separator: "---\n")
  }

  private func model(_ name: String, _ unit: FoundUnit) -> String {
    let object: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": metadata(name, unit),
      "spec": ["protocol": "modbus"],
    ]
    // A comment, since which registers there are a scan can't know.
    return Self.document(object) + """
        # What there is to read, as the device's register table says it, for instance:
        # properties:
        # - name: voltage
        #   type: FLOAT
        #   accessMode: ReadOnly
        #   unit: V
        #   visitors:
        #     protocolName: modbus
        #     configData:
        #       register: InputRegister
        #       offset: 0
        #       limit: 2
        #       dataType: float32

      """
  }

  private func device(_ unit: FoundUnit, model: String) -> String {
    Self.document([
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": metadata("\(place)-unit-\(unit.unit)", unit),
      "spec": [
        "deviceModelRef": ["name": .string(model)], "nodeName": .string(node),
        "protocol": ["protocolName": "modbus", "configData": config(unit.unit)],
      ],
    ])
  }

  private func metadata(_ name: String, _ unit: FoundUnit) -> JSONValue {
    var metadata: JSONValue = ["name": .string(name)]
    let facts = unit.facts
    if !facts.isEmpty { metadata["annotations"] = .object(JSONObject(facts.map { ($0.name, JSONValue.string($0.value)) })) }
    return metadata
  }

  private func config(_ unit: UInt8) -> JSONValue {
    switch line {
    case .tcp(let host, let port):
      ["communicateMode": "TCP", "ip": .string(host), "port": JSONValue(port), "slaveID": JSONValue(unit)]
    case .rtuOverTCP(let host, let port):
      ["communicateMode": "RTUOverTCP", "ip": .string(host), "port": JSONValue(port), "slaveID": JSONValue(unit)]
    case .serial(let line):
      [
        "communicateMode": "RTU", "serialPort": .string(line.path), "baudRate": JSONValue(line.baudRate),
        "dataBits": JSONValue(line.dataBits), "parity": .string(line.parity.rawValue), "stopBits": JSONValue(line.stopBits),
        "slaveID": JSONValue(unit),
      ]
    }
  }

  private func modelName(of unit: FoundUnit) -> String {
    let words = [unit.identity?.vendor, unit.identity?.model ?? unit.identity?.productCode].compactMap { $0 }
    let name = Self.name(words.joined(separator: "-"))
    return name.isEmpty ? "\(place)-unit-\(unit.unit)-model" : "\(name)-model"
  }

  private var place: String {
    switch line {
    case .tcp(let host, let port), .rtuOverTCP(let host, let port): Self.name("modbus-\(host)-\(port)")
    case .serial(let line): Self.name("modbus-\(line.path.split(separator: "/").last.map(String.init) ?? "")")
    }
  }

  /// Text as a name of Kubernetes (RFC 1123): lower case letters, digits and hyphens, with room for more.
  static func name(_ text: String) -> String {
    let characters = text.utf8.prefix(200).map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      default: UInt8(ascii: "-")
      }
    }
    return characters.split(separator: UInt8(ascii: "-")).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
  }

  private static func document(_ value: JSONValue) -> String {
    let text = value.yaml
    return text.hasSuffix("\n") ? text : text + "\n"
  }
}
