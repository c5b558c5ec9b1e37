import GPIODriver
import JSON
import YAML

/// A DeviceModel and a Device for the lines of a chip, to be completed by hand.
struct DeviceProposal {
  private let chip: ChipListing
  private let lines: [ChipListing.Line]
  /// How a Device names the chip.
  private let chipName: String
  private let node: String

  /// Takes the lines that are free and have names; all that are free of a chip that names none.
  ///
  /// `nil` when there is no such line.
  init?(_ chip: ChipListing, among chips: [ChipListing], node: String) {
    let isNamed = chip.lines.contains { $0.name != nil }
    lines = chip.lines.filter { !$0.isUsed && ($0.name != nil || !isNamed) }
    guard !lines.isEmpty else { return nil }
    self.chip = chip
    self.node = node
    // The label stays when chips are numbered in another order.
    let isUnique = chips.count { $0.label == chip.label } == 1 && !chips.contains { $0.name == chip.label }
    chipName = isUnique && !chip.label.isEmpty ? chip.label : chip.name
  }

  /// The YAML.
  var yaml: String {
    let name = Self.name(chipName, or: chip.name)
    let properties = properties
    let model: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": .string("\(name)-model")],
      "spec": ["protocol": "gpio", "properties": .array(properties.map(\.model))],
    ]
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string(name)],
      "spec": [
        "deviceModelRef": ["name": .string("\(name)-model")], "nodeName": .string(node),
        "protocol": ["protocolName": "gpio", "configData": ["chip": .string(chipName)]],
        "properties": .array(properties.map(\.device)),
      ],
    ]
    return Self.document(model) + "---\n" + Self.document(device)
  }

  private var properties: [(model: JSONValue, device: JSONValue)] {
    var names: Set<String> = []
    return lines.map { line in
      var name = Self.name(line.name ?? "", or: "line-\(line.offset)")
      if !names.insert(name).inserted {
        name += "-\(line.offset)"
        names.insert(name)
      }
      let isUnique = chip.lines.count { $0.name == line.name } == 1 && line.name.map { Int($0) == nil } ?? false
      let place: JSONValue = isUnique ? .string(line.name ?? "") : JSONValue(line.offset)
      return (
        [
          "name": .string(name), "description": .string("line \(line.offset) of \(chipName)"), "type": "BOOLEAN",
          "accessMode": line.isOutput ? "ReadWrite" : "ReadOnly",
        ],
        ["name": .string(name), "visitors": ["protocolName": "gpio", "configData": ["line": place]]]
      )
    }
  }

  /// Text as a name of Kubernetes (RFC 1123): lower case letters, digits and hyphens, with room for more.
  private static func name(_ text: String, or other: String) -> String {
    let characters = text.utf8.prefix(50).map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      default: UInt8(ascii: "-")
      }
    }
    let name = characters.split(separator: UInt8(ascii: "-")).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    return name.isEmpty ? other : name
  }

  private static func document(_ value: JSONValue) -> String {
    let text = value.yaml
    return text.hasSuffix("\n") ? text : text + "\n"
  }
}
