package import MapperSDK

/// A setting in which a device can't share a bus with another one.
package struct BusConflict: Sendable, Hashable, CustomStringConvertible {
  /// The setting, for instance `spec.protocol.configData.baudRate`.
  package let path: String
  /// Both values: `19200 instead of 9600`.
  package let problem: String
  /// The device whose setting the bus has.
  package let other: DeviceName
  /// The bus.
  package let bus: BusID

  /// - Parameter issue: What the driver says, with its path below the protocol's configuration.
  package init(_ issue: SchemaIssue, with other: DeviceName, on bus: BusID) {
    let issue = issue.under("spec.protocol.configData")
    path = issue.path
    problem = issue.problem
    self.other = other
    self.bus = bus
  }

  /// The place and the problem.
  package var description: String { "\(path): \(problem), which the device \(other) has on the same bus, \(bus)" }
}
