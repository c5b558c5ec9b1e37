public import Logging
public import MapperSDK

/// Speaks Modbus over TCP, serial lines, and serial lines behind TCP.
public struct ModbusDriver: DeviceDriver {
  /// What a Device's protocol says.
  public typealias ProtocolConfig = ModbusConfig
  /// What a property's visitor says.
  public typealias Visitor = ModbusVisitor
  /// A line that is connected.
  public typealias Connection = ModbusConnection

  /// `modbus`, KubeEdge's name for it.
  public static let protocolName = "modbus"
  /// What a Device's protocol and visitors may say.
  public static var schema: DriverSchema { ModbusSchema.schema }

  private let isReadOnly: Bool
  private let tap: (@Sendable (BusID) -> WireTap)?
  private let acceptedPatience: Int

  /// A driver.
  ///
  /// - Parameters:
  ///   - isReadOnly: Whether nothing is ever written, whatever a Device asks for: for commissioning, and for a look at a plant
  ///     that runs.
  ///   - tap: Makes what sees the frames of a bus, asked once for each connection.
  public init(isReadOnly: Bool = false, tap: (@Sendable (BusID) -> WireTap)? = nil) {
    self.init(isReadOnly: isReadOnly, acceptedPatience: ModbusConnection.acceptedPatience, tap: tap)
  }

  /// A driver with another patience than ``ModbusConnection/acceptedPatience``, in milliseconds.
  package init(isReadOnly: Bool = false, acceptedPatience: Int, tap: (@Sendable (BusID) -> WireTap)? = nil) {
    self.isReadOnly = isReadOnly
    self.acceptedPatience = acceptedPatience
    self.tap = tap
  }

  /// The line a device is on.
  public func bus(of device: DeviceName, config: ModbusConfig) -> BusID { config.line.busID }

  /// The device's unit id: several devices may be parts of one unit.
  public func unit(of device: DeviceName, config: ModbusConfig) -> UnitID { UnitID("\(config.unit)") }

  /// What is wrong with a configuration.
  public func issues(with config: ModbusConfig) -> [SchemaIssue] { ModbusConfig.issues(with: config) }

  /// What is wrong with a point's visitor.
  public func issues(with point: ModbusPoint) -> [SchemaIssue] { ModbusVisitor.issues(with: point) }

  /// A serial port has one speed and one frame.
  public func conflicts(of config: ModbusConfig, with other: ModbusConfig) -> [SchemaIssue] { config.line.conflicts(with: other.line) }

  /// The requests that take the least time together.
  public func plan(_ points: [ModbusPoint], costs: RequestCosts) -> [PlannedRead] { ModbusPlanner.plan(points, costs: costs) }

  /// Connects, or opens the port.
  ///
  /// - Throws: ``ReadingError`` that names the line, and what to do.
  public func connect(to bus: BusID, config: ModbusConfig, logger: Logger) async throws -> ModbusConnection {
    let client = ModbusClient(line: config.line, timing: config.timing, tap: observer(of: bus, logger))
    do {
      try client.open()
    } catch {
      throw error.readingError
    }
    return ModbusConnection(client, isReadOnly: isReadOnly, patience: acceptedPatience)
  }

  private func observer(of bus: BusID, _ logger: Logger) -> WireTap? {
    let tap = tap?(bus)
    guard logger.logLevel <= .trace else { return tap }
    return { direction, unit, bytes, time in
      tap?(direction, unit, bytes, time)
      logger.trace("\(direction)", metadata: ["unit": "\(unit)", "bytes": "\(hexadecimal(bytes))", "µs": "\(time)"])
    }
  }
}

/// Bytes as people read them in Modbus manuals, for instance `01 03 02`.
private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
}
