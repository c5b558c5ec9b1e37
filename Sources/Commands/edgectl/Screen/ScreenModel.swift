import APIClient
import JSON

/// What the live screen knows: the devices as last heard of, and whether the server can be heard.
struct ScreenModel {
  enum Connection: Equatable {
    case connecting
    case connected
    /// The server went away, for this reason.
    case reconnecting(String)
  }

  /// The server's address.
  let server: String
  /// The devices wanted; all when empty.
  private let only: Set<String>
  private(set) var connection = Connection.connecting
  /// The devices, by `namespace/name`.
  private var devices: [String: DeviceView] = [:]

  init(server: String, only: Set<String> = []) {
    self.server = server
    self.only = only
  }

  /// The devices in the order of the screen.
  var sorted: [DeviceView] {
    devices.values.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
  }

  /// Whether a device of this name is known.
  func has(_ name: String) -> Bool { devices.values.contains { $0.name == name } }

  /// The node, when all devices have the same one, else how many there are.
  var node: String {
    let nodes = Set(devices.values.map(\.node)).subtracting([""])
    return nodes.count <= 1 ? nodes.first ?? "" : "\(nodes.count) nodes"
  }

  /// Takes a change in.
  ///
  /// - Returns: The devices whose screen changed, as they are now.
  @discardableResult
  mutating func apply(_ change: ResourceChange) -> [DeviceView] {
    switch change {
    case .reset(let objects):
      connection = .connected
      let before = devices
      devices = [:]
      for object in objects { put(object) }
      return sorted.filter { before[key($0)] != $0 }
    case .changed(let object):
      let before = devices
      put(object)
      return devices.values.filter { before[key($0)] != $0 }
    case .removed(let object):
      devices[key(DeviceView(object))] = nil
      return []
    case .disconnected(let error):
      connection = .reconnecting(error.code == .connectionRefused ? "connection refused" : error.message)
      return []
    }
  }

  private mutating func put(_ object: JSONValue) {
    let device = DeviceView(object)
    if only.isEmpty || only.contains(device.name) { devices[key(device)] = device }
  }

  private func key(_ device: DeviceView) -> String { "\(device.namespace)/\(device.name)" }
}
