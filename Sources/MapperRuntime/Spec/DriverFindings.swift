package import DeviceAPI
package import MapperSDK

/// What a driver finds wrong with a Device, each finding beginning with its path in v1beta1.
package struct DriverFindings: Sendable, Hashable {
  /// What makes the device useless.
  package var failures: [String] = []
  /// What costs a property.
  package var faults: [String] = []

  /// What a driver finds, without touching the device.
  package init(_ device: ResolvedDevice, driver: some DeviceDriver) {
    do {
      faults = try DeviceBinding(device, driver: driver).faults.sorted { $0.key < $1.key }.map(\.value)
    } catch {
      failures = error.problems
    }
  }
}
