/// The driver: what is configured, and what goes over the wire.
extension NewPackage {
  var driver: GeneratedFile {
    GeneratedFile(
      "Sources/\(names.type)Driver/\(names.type)Driver.swift",
      text: #"""
        import MapperSDK

        /// Speaks to devices that answer a line with a line over TCP.
        ///
        /// REPLACE: what a device needs to be reached (``ProtocolConfig``), what finds a property in it (``Visitor``), and both in
        /// ``schema``. What goes over the wire is in `\#(names.type)Connection.swift`.
        public struct \#(names.type)Driver: DeviceDriver {
          /// `spec.protocol.configData` of a Device.
          public struct ProtocolConfig: Decodable, Sendable {
            var host: String
            var port: Int?
            var timeout: Int?

            // What may be left out in YAML is optional here, and has its default in one place.
            var address: (host: String, port: Int) { (host, port ?? 7701) }
            var milliseconds: Int { timeout ?? 1000 }
          }

          /// `properties[].visitors.configData` of a Device.
          public struct Visitor: Decodable, Sendable {
            var name: String
          }

          /// What Devices give as `protocolName`.
          public static let protocolName = "\#(names.protocolName)"

          /// Devices are checked against it before a device is touched; mistakes are told with file, line and column.
          public static let schema = DriverSchema(
            protocolConfig: [
              .init("host", .string, isRequired: true, doc: "the device's name or address"),
              .init("port", .integer(1...65_535), default: 7701, doc: "its TCP port"),
              .init("timeout", .integer(10...60_000), unit: "milliseconds", default: 1000, doc: "how long an answer may take"),
            ],
            visitor: [.init("name", .string, isRequired: true, doc: "what the device calls the property: one word")])

          /// A driver.
          public init() {}

          /// Devices on the same bus share a connection.
          public func bus(of device: DeviceName, config: ProtocolConfig) -> BusID {
            BusID("tcp://\(config.address.host):\(config.address.port)")
          }

          /// What the schema can't say.
          public func issues(with point: \#(names.type)Connection.Point) -> [SchemaIssue] {
            let isWord = !point.visitor.name.isEmpty && point.visitor.name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            return isWord ? [] : [SchemaIssue(path: "name", problem: "is not one word of ASCII characters", isError: true)]
          }

          /// One line reads one property. REPLACE where one request reads several: see docs/drivers.md of the SDK.
          public func plan(_ points: [\#(names.type)Connection.Point], costs: RequestCosts) -> [PlannedRead] {
            points.indices.map { PlannedRead(points: [$0], summary: "GET \(points[$0].visitor.name)") }
          }

          /// Called again, with back-off, when it throws and when a connection is lost.
          public func connect(to bus: BusID, config: ProtocolConfig, logger: Logger) async throws -> \#(names.type)Connection {
            let (host, port) = config.address
            return \#(names.type)Connection(socket: try LineSocket(host: host, port: port, timeout: config.milliseconds))
          }
        }

        """#)
  }

  var connection: GeneratedFile {
    GeneratedFile(
      "Sources/\(names.type)Driver/\(names.type)Connection.swift",
      text: #"""
        import MapperSDK

        /// A connection to a device. All calls come one after the other on a thread of its own, so they may block.
        public final class \#(names.type)Connection: DeviceConnection {
          /// A property of a device, with its Device's configuration and its visitor.
          public typealias Point = DevicePoint<\#(names.type)Driver.ProtocolConfig, \#(names.type)Driver.Visitor>

          private let socket: LineSocket

          init(socket: LineSocket) { self.socket = socket }

          /// One reading for each point, in their order. A point that fails alone is a `.failure`; what breaks the whole is thrown.
          public func read(_ points: [Point]) async throws -> [Reading] {
            try points.map { point in
              do {
                return .value(try value(of: point))
              } catch let error as ReadingError where error.scope == .point {
                return .failure(error)
              }
            }
          }

          /// The value has the point's type and is within the model's limits.
          public func write(_ value: Value, to point: Point) async throws {
            guard let text = value.text else { throw ReadingError(.invalidValue, "the value can't be written as text") }
            _ = try answer(to: "SET \(point.visitor.name) \(text)")
          }

          /// Ends the connection; a second time does nothing.
          public func close() async { socket.close() }

          /// REPLACE: asks for a property.
          private func value(of point: Point) throws(ReadingError) -> Value {
            let text = try answer(to: "GET \(point.visitor.name)")
            do { return try Value(parsing: text, as: point.type) } catch { throw ReadingError(.invalidValue, error.reason) }
          }

          /// REPLACE: sends a request and reads its answer, `OK` and a value, or `ERR` and a reason.
          private func answer(to request: String) throws(ReadingError) -> String {
            let line = try socket.exchange(request)
            if line == "OK" { return "" }
            if line.hasPrefix("OK ") { return String(line.dropFirst(3)) }
            // Of the scope `.point`, unless said otherwise: the others can be read.
            if line.hasPrefix("ERR ") { throw ReadingError(.failed, "the device refuses \"\(request)\": \(line.dropFirst(4))") }
            // Nobody knows what else is on its way: `.bus` closes the connection, and a new one is made.
            throw ReadingError(.invalidValue, "the device answers \"\(request)\" with \"\(line.prefix(64))\"", scope: .bus)
          }
        }

        """#)
  }
}
