/// A driver that knows which points can be read together.
///
/// Of another driver's points, those that are due at the same time are read with one call.
public protocol PlansReads<Point>: DeviceDriver {
  /// A property of a device.
  associatedtype Point where Point == Connection.Point

  /// Divides points of one unit into requests, each of which is exactly one transaction on the wire.
  ///
  /// Pure: the same points and costs give the same requests. A request's points are given to ``DeviceConnection/read(_:)``
  /// as they stand in it. The framework decides when that is done, repeats it, and divides a request that fails with
  /// ``ReadingError/Scope/request``.
  ///
  /// - Parameters:
  ///   - points: Points of one unit, perhaps of several devices.
  ///   - costs: What a request costs on this bus.
  /// - Returns: Requests that have each point exactly once, in the order of their addresses.
  func plan(_ points: [Point], costs: RequestCosts) -> [PlannedRead]
}
