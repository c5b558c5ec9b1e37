internal import DeviceAPI
internal import MapperSDK

/// A mapper without devices.
struct NoDevices: DeviceDirectory {
  func deviceNames() async -> [DeviceName] { [] }

  func resolved(_ name: DeviceName) async -> ResolvedDevice? { nil }

  func read(_ property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading {
    throw .unknown(device: name)
  }

  func write(_ text: String, to property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading {
    throw .unknown(device: name)
  }
}
