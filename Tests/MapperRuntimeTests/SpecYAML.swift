/// Devices and a model as a file has them.
enum SpecYAML {
  static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata:
      name: m
    spec:
      properties:
        - name: t
          type: INT
          accessMode: ReadWrite
          minimum: "0"
          maximum: "100"
        - name: u
          type: STRING
          accessMode: ReadOnly

    """

  static func device(_ name: String = "d", unit: String = "1", cycle: Int = 20, node: String? = nil, more: String = "") -> String {
    """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata:
      name: \(name)
    spec:
      deviceModelRef: {name: m}\(node.map { "\n  nodeName: \"\($0)\"" } ?? "")
      protocol:
        protocolName: fake
        configData:
          bus: bus
          unit: \(unit)
      properties:
        - name: t
          collectCycle: \(cycle)
          visitors:
            protocolName: fake
            configData:
              register: t\(more)

    """
  }

  static func files(_ documents: String...) -> String { documents.joined(separator: "---\n") }
}
