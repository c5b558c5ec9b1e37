import MapperSDK

/// Speaks SCPI to instruments over TCP: power supplies, multimeters, loads.
public struct SCPIDriver: DeviceDriver {
  /// How an instrument is reached.
  public struct ProtocolConfig: Decodable, Sendable {
    var host: String
    var port: Int?
    var timeout: Int?
  }

  /// Which commands a property is.
  public struct Visitor: Decodable, Sendable {
    var query: String
    var set: String?
  }

  /// `scpi`
  public static let protocolName = "scpi"

  /// Both configurations.
  public static let schema = DriverSchema(
    protocolConfig: [
      .init("host", .string, isRequired: true, doc: "the instrument's name or address"),
      .init("port", .integer(1...65_535), default: 5025, doc: "its TCP port"),
      .init("timeout", .integer(10...60_000), unit: "milliseconds", default: 2000, doc: "how long an answer may take"),
    ],
    visitor: [
      .init("query", .string, isRequired: true, doc: "what asks for the value: MEAS:VOLT?"),
      .init("set", .string, doc: "what sets it, without the value: SOUR:VOLT; needed where the property is writable"),
    ])

  /// A driver.
  public init() {}

  /// A connection for each instrument.
  public func bus(of device: DeviceName, config: ProtocolConfig) -> BusID { BusID("tcp://\(config.host):\(config.port ?? 5025)") }

  /// Commands have to be commands, and there has to be one that sets what is writable.
  public func issues(with point: SCPIConnection.Point) -> [SchemaIssue] {
    var issues: [SchemaIssue] = []
    if !point.visitor.query.hasSuffix("?") || !Self.isCommand(point.visitor.query) {
      issues.append(SchemaIssue(path: "query", problem: "is no query, one line that ends with ?", isError: true))
    }
    if let set = point.visitor.set, !Self.isCommand(set) {
      issues.append(SchemaIssue(path: "set", problem: "is no command, one line", isError: true))
    }
    if point.isWritable, point.visitor.set == nil {
      issues.append(SchemaIssue(path: "set", problem: "is missing: the property is writable", isError: true))
    }
    return issues
  }

  private static func isCommand(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ";") } }

  /// Each query is a transaction of its own.
  public func plan(_ points: [SCPIConnection.Point], costs: RequestCosts) -> [PlannedRead] {
    points.indices.map { PlannedRead(points: [$0], summary: points[$0].visitor.query) }
  }

  /// Connects, and forgets errors that are none of ours.
  public func connect(to bus: BusID, config: ProtocolConfig, logger: Logger) async throws -> SCPIConnection {
    let connection = SCPIConnection(try LineSocket(host: config.host, port: config.port ?? 5025, timeout: config.timeout ?? 2000))
    _ = try connection.exchange("*CLS")
    return connection
  }
}
