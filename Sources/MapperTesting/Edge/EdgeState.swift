public import MapperSDK

/// A state of a device, as it was told.
public struct EdgeState: Sendable, Hashable, CustomStringConvertible {
  /// The device.
  public var device: DeviceName
  /// `online`, `offline`, or `unhealthy` where something in the Device is wrong.
  public var state: String
  /// Why it isn't online, as a sentence.
  public var reason: String?

  /// A state.
  public init(device: DeviceName, state: String, reason: String? = nil) {
    self.device = device
    self.state = state
    self.reason = reason
  }

  /// For people.
  public var description: String { "\(device) \(state)" + (reason.map { " (\($0))" } ?? "") }
}
