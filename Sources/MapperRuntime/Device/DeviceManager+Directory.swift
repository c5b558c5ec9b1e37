internal import DeviceAPI
internal import MapperSDK

extension DeviceManager: DeviceDirectory {
  /// How its buses do.
  var busStatistics: [BusStatistics] { buses.values.map(\.statistics).sorted { $0.bus < $1.bus } }

  func deviceNames() -> [DeviceName] { devices.keys.sorted() }

  func resolved(_ name: DeviceName) -> ResolvedDevice? { working(name)?.device }

  func read(_ property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading {
    guard let device = working(name) else { throw unserved(name) }
    return try await device.worker.readNow(property)
  }

  func write(_ text: String, to property: String, of name: DeviceName) async throws(DeviceRequestError) -> PropertyReading {
    guard let device = working(name) else { throw unserved(name) }
    return try await device.worker.writeNow(text, to: property)
  }

  nonisolated func command(_ name: String) -> DriverSchema.Command? { Driver.schema.command(name) }

  func perform(
    _ command: DeviceCommand, on property: String, of name: DeviceName
  ) async throws(DeviceRequestError) -> PropertyReading {
    guard let device = working(name) else { throw unserved(name) }
    return try await device.worker.performNow(command, on: property)
  }

  private func working(_ name: DeviceName) -> (device: ResolvedDevice, worker: DeviceWorker<Driver>)? {
    if case .working(let device, let worker, _)? = devices[name] { (device, worker) } else { nil }
  }

  private func unserved(_ name: DeviceName) -> DeviceRequestError {
    let problem: String
    switch devices[name] {
    case .broken(let reason)?: problem = reason
    case .refused(_, let reason)?: problem = reason ?? "its bus isn't free yet"
    case .working?, nil: return .unknown(device: name)
    }
    return DeviceRequestError(.failed, "the device \(name) isn't served: \(problem)")
  }
}
