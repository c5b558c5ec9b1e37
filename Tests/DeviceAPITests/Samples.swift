import JSON
import YAML

/// Objects the tests share.
enum Samples {
  /// The first document of a YAML text.
  static func yaml(_ text: String) throws -> JSONValue {
    try YAMLDocument.parseAll(text, file: "test.yaml").first?.value ?? .null
  }

  static let thermostatModel = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata:
      name: thermostat
    spec:
      protocol: modbus
      protocolConfigData: {slaveID: 1, baudRate: 9600}
      properties:
      - name: temperature
        description: measured
        type: FLOAT
        accessMode: ReadOnly
        unit: Celsius
        visitors:
          protocolName: modbus
          configData: {register: InputRegister, offset: 2, scale: 0.1}
      - name: target
        type: FLOAT
        accessMode: ReadWrite
        minimum: "40"
        maximum: "90"
      - name: count
        type: INT
        accessMode: ReadWrite
      - name: heating
        type: BOOLEAN
        accessMode: ReadWrite
    """

  static let thermostat = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata:
      name: boiler
      namespace: cellar
    spec:
      deviceModelRef: {name: thermostat}
      nodeName: edge-1
      protocol:
        protocolName: modbus
        configData: {slaveID: 7}
      properties:
      - name: target
        collectCycle: 1000
        reportCycle: 5000
        reportToCloud: false
        desired: {value: "72", metadata: {timestamp: "1"}}
        visitors:
          protocolName: modbus
          configData: {register: HoldingRegister, offset: 4}
      - name: temperature
        visitors:
          protocolName: modbus
          configData: {offset: 3}
      methods:
      - name: heat
        description: Set the target
        propertyNames: [target]
    """

  /// A v1alpha2 device with everything that version can say.
  static let modbusV1Alpha2 = """
    apiVersion: devices.kubeedge.io/v1alpha2
    kind: Device
    metadata:
      name: counter
    spec:
      deviceModelRef: {name: thermostat}
      protocol:
        modbus: {slaveID: 3}
        common:
          com: {serialPort: /dev/ttyS0, baudRate: 9600, dataBits: 8, parity: even, stopBits: 1}
          commType: rtu
          reconnTimeout: 5
          collectType: sync
          customizedValues: {retries: 2}
      propertyVisitors:
      - propertyName: count
        collectCycle: 500000000
        reportCycle: 2000
        modbus: {register: HoldingRegister, offset: 2, limit: 1, scale: 1.50, isSwap: true}
        customizedValues: {note: hot}
      data:
        dataTopic: $ke/events/device/+/data/update
        dataProperties:
        - propertyName: temperature
          metadata: {type: float}
      nodeSelector:
        nodeSelectorTerms:
        - matchExpressions:
          - key: kubernetes.io/hostname
            operator: In
            values: [edge-1]
    status:
      twins:
      - propertyName: count
        desired: {value: "5", metadata: {type: int}}
        reported: {value: "4", metadata: {timestamp: "1664283437013"}}
      - propertyName: heating
        desired: {value: "true"}
    """
}
