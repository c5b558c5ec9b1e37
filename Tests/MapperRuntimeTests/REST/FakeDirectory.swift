import DeviceAPI
import JSON
import MapperRuntime
import MapperSDK
import Synchronization

/// One device whose properties are in memory, and which fails as it is told.
final class FakeDirectory: DeviceDirectory {
  static let name = DeviceName(namespace: "default", name: "pump")

  private struct State {
    var values = ["speed": "1200", "pressure": "3.5", "on": "true", "limit 1": "7"]
    var failures: [String: DeviceRequestError] = [:]
    var writes: [String] = []
  }

  private let state = Mutex(State())
  private let device: ResolvedDevice

  init() throws {
    let model: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": "pump-model", "namespace": "default"],
      "spec": [
        "protocol": "fake",
        "properties": [
          ["name": "speed", "type": "INT", "accessMode": "ReadWrite", "minimum": "0", "maximum": "3000", "unit": "rpm"],
          ["name": "pressure", "type": "FLOAT", "accessMode": "ReadOnly", "description": "at the outlet"],
          ["name": "on", "type": "BOOLEAN", "accessMode": "ReadWrite"],
          ["name": "limit 1", "type": "INT", "accessMode": "ReadWrite"],
        ],
      ],
    ]
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "pump", "namespace": "default"],
      "spec": [
        "deviceModelRef": ["name": "pump-model"], "nodeName": "n",
        "methods": [
          ["name": "start", "description": "starts the pump", "propertyNames": ["speed", "on"]],
          ["name": "spin", "description": "spins it", "propertyNames": ["speed"]],
          ["name": "halt", "description": "", "propertyNames": ["on", "pressure"]],
          ["name": "broken", "description": "", "propertyNames": ["pressure"]],
        ],
      ],
    ]
    self.device = ResolvedDevice(device: try Device(decoding: device), model: try DeviceModel(decoding: model))
  }

  var resolvedDevice: ResolvedDevice { device }
  var writes: [String] { state.withLock { $0.writes } }

  /// Lets every request for a property fail.
  func fail(_ property: String, _ code: DeviceRequestError.Code, _ reason: String = "the reason") {
    state.withLock { $0.failures[property] = DeviceRequestError(code, reason) }
  }

  func deviceNames() async -> [DeviceName] { [Self.name] }

  func resolved(_ name: DeviceName) async -> ResolvedDevice? { name == Self.name ? device : nil }

  func read(_ property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading {
    try check(property, name)
    return reading(property)
  }

  func write(_ text: String, to property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading {
    try check(property, name)
    if device.property(property)?.accessMode == .readOnly { throw .readOnly(property, of: name) }
    state.withLock { state in
      state.values[property] = text
      state.writes.append("\(property)=\(text)")
    }
    return reading(property)
  }

  func command(_ name: String) -> DriverSchema.Command? {
    switch name {
    case "spin": DriverSchema.Command("spin", argument: "a duration in seconds", doc: "spins it")
    case "halt": DriverSchema.Command("halt", doc: "stops it")
    default: nil
    }
  }

  func perform(_ command: DeviceCommand, on property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading {
    try check(property, name)
    state.withLock { $0.writes.append("\(command.name)(\(property), \(command.argument))") }
    return reading(property)
  }

  private func check(_ property: String, _ name: DeviceName) throws(DeviceRequestError) {
    guard name == Self.name else { throw .unknown(device: name) }
    guard device.property(property) != nil else { throw .unknown(property: property, of: name) }
    if let failure = state.withLock({ $0.failures[property] }) { throw failure }
  }

  private func reading(_ property: String) -> PropertyReading {
    PropertyReading(
      value: state.withLock { $0.values[property] ?? "" }, type: device.property(property)?.type.twinType ?? "",
      timestamp: 1_795_411_180_123)
  }
}
