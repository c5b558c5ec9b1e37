package import MapperSDK

/// Where events about devices go that their users should see.
package struct DeviceEvents: Sendable {
  /// Whether an event is good or bad news, as core/v1 Events tell it.
  package enum Kind: String, Sendable, Hashable {
    case normal = "Normal"
    case warning = "Warning"
  }

  private let sink: @Sendable (DeviceName, Kind, String, String) -> Void

  /// Events go to the closure: device, kind, reason, message.
  package init(_ sink: @escaping @Sendable (_ device: DeviceName, _ kind: Kind, _ reason: String, _ message: String) -> Void) {
    self.sink = sink
  }

  /// Nobody listens.
  package static let none = DeviceEvents { _, _, _, _ in }

  /// The same without what is secret.
  func masked(by secrets: SecretTexts) -> DeviceEvents {
    DeviceEvents { [sink] device, kind, reason, message in sink(device, kind, reason, secrets.masked(message)) }
  }

  func post(_ device: DeviceName, _ kind: Kind, _ reason: String, _ message: String) { sink(device, kind, reason, message) }
}
