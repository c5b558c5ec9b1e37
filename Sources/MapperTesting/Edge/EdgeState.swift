public import MapperSDK

/// A state of a device, as it was told.
public struct EdgeState: Sendable, Hashable, CustomStringConvertible {
  /// The device.
  public var device: DeviceName
  /// `online`, `offline`, or `unhealthy` where something in the Device is wrong.
  public var state: String

  /// A state.
  public init(device: DeviceName, state: String) {
    self.device = device
    self.state = state
  }

  /// For people.
  public var description: String { "\(device) \(state)" }
}
