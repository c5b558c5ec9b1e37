public import Logging

/// Speaks a protocol to devices. Everything else (cycles, reconnects, limits, reports, desired values) the framework does.
///
/// All calls to a driver's connection run one after the other on the thread of its bus, so a blocking call in an ordinary
/// method body is right.
public protocol DeviceDriver: Sendable {
  /// `spec.protocol.configData` of a Device.
  associatedtype ProtocolConfig: Decodable & Sendable
  /// `properties[].visitors.configData` of a Device.
  associatedtype Visitor: Decodable & Sendable
  /// A bus that is connected.
  associatedtype Connection: DeviceConnection where Connection.Point == DevicePoint<ProtocolConfig, Visitor>

  /// The `protocolName` of the Devices this driver serves.
  static var protocolName: String { get }
  /// Both configurations described, checked before a device is touched.
  static var schema: DriverSchema { get }

  /// The bus a device is on.
  func bus(of device: DeviceName, config: ProtocolConfig) -> BusID

  /// The unit a device is, among those on its bus; unless a driver says otherwise, each device is one of its own.
  func unit(of device: DeviceName, config: ProtocolConfig) -> UnitID

  /// What is wrong with a protocol configuration beyond what ``schema`` can say, with paths relative to it.
  func issues(with config: ProtocolConfig) -> [SchemaIssue]

  /// What is wrong with a point beyond what ``schema`` can say, with paths relative to its visitor.
  func issues(with point: Connection.Point) -> [SchemaIssue]

  /// What keeps two devices of the same bus from sharing it, one issue a setting; unless a driver says otherwise, nothing does.
  ///
  /// The framework binds no device to a bus that is connected for one it conflicts with, and connects the bus anew once nobody
  /// on it wants it as it is.
  ///
  /// - Parameters:
  ///   - config: The configuration of a device.
  ///   - other: That of another one, by which the bus was connected.
  /// - Returns: The settings, with paths relative to the protocol configuration, and both values: `19200 instead of 9600`.
  func conflicts(of config: ProtocolConfig, with other: ProtocolConfig) -> [SchemaIssue]

  /// Divides points of one unit into requests, each of which is exactly one transaction on the wire.
  ///
  /// Pure: the same points and costs give the same requests. A request's points are given to ``DeviceConnection/read(_:)``
  /// in the order in which they stand in it. The framework decides when that is done, repeats it, and divides a request that
  /// fails with ``ReadingError/Scope/request``. Unless a driver says otherwise, all points are one request.
  ///
  /// - Parameters:
  ///   - points: Points of one unit, perhaps of several devices.
  ///   - costs: What a request costs on this bus.
  /// - Returns: Requests that have each point exactly once, in the order of their addresses.
  func plan(_ points: [Connection.Point], costs: RequestCosts) -> [PlannedRead]

  /// How the values of a point come; unless a driver says otherwise, it is read each cycle.
  func delivery(of point: Connection.Point) -> Delivery

  /// Connects to a bus.
  ///
  /// - Parameters:
  ///   - bus: The bus.
  ///   - config: The configuration of a device on it.
  ///   - logger: Where the connection logs.
  /// - Throws: What is in the way; the framework tries again, with back-off.
  func connect(to bus: BusID, config: ProtocolConfig, logger: Logger) async throws -> Connection
}

extension DeviceDriver {
  /// Each device is a unit of its own.
  public func unit(of device: DeviceName, config: ProtocolConfig) -> UnitID { UnitID(device.description) }

  /// Nothing.
  public func conflicts(of config: ProtocolConfig, with other: ProtocolConfig) -> [SchemaIssue] { [] }

  /// All points are one request.
  public func plan(_ points: [Connection.Point], costs: RequestCosts) -> [PlannedRead] {
    points.isEmpty ? [] : [PlannedRead(points: Array(points.indices))]
  }

  /// It is read each cycle.
  public func delivery(of point: Connection.Point) -> Delivery { .polled }

  /// Nothing.
  public func issues(with config: ProtocolConfig) -> [SchemaIssue] { [] }

  /// Nothing.
  public func issues(with point: Connection.Point) -> [SchemaIssue] { [] }
}
