package import DeviceAPI
package import MapperSDK

/// The devices that a mapper serves, as somebody beside the poller sees them.
package protocol DeviceDirectory: Sendable {
  /// All of them, those that aren't reached too.
  func deviceNames() async -> [DeviceName]

  /// A device with what its model says; `nil` when the mapper has none of that name.
  func resolved(_ name: DeviceName) async -> ResolvedDevice?

  /// Reads a property on the bus, now.
  func read(_ property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading

  /// Writes a property on the bus, now, and reads it back.
  ///
  /// - Parameter text: The value as the twin would have it; its type and limits are checked.
  func write(_ text: String, to property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading

  /// The driver's command of a name, if it has one.
  func command(_ name: String) -> DriverSchema.Command?

  /// Carries out one of the driver's commands on a property, now, and reads it.
  func perform(
    _ command: DeviceCommand, on property: String, of name: DeviceName
  ) async throws(DeviceRequestError) -> PropertyReading
}
