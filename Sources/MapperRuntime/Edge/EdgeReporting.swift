package import TwinProtocol

/// Where devices report to, and where they hear what is desired: edgecore over some transport, or what stands in for it.
package protocol EdgeReporting: Sendable {
  /// Whether the core is one of ours, which knows qualities and keeps what was written.
  var isSwiftlet: Bool { get async }
  /// A device comes: what is desired of it goes to it from now on.
  func attach(_ device: any EdgeDevice, as id: DeviceID) async
  /// A device goes.
  func detach(_ id: DeviceID) async
  /// Brings changes of a device's twin to the core, however long that takes; newer ones replace them on the way.
  ///
  /// - Parameter every: Properties of which no value is to be replaced.
  func report(_ twins: [String: Twin], of id: DeviceID, every: Set<String>) async
  /// Tells a device's state and what it is because of, if somebody listens.
  func tell(state: String, because reason: String?, of id: DeviceID) async
  /// Tells the values of a device to whoever listens to its data; what nobody takes now is lost.
  func publish(data: [String: Twin], of id: DeviceID) async
}

extension EdgeReporting {
  /// Brings changes of a device's twin to the core; newer ones replace them on the way.
  func report(_ twins: [String: Twin], of id: DeviceID) async { await report(twins, of: id, every: []) }
}
