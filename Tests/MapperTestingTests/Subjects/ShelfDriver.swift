import MapperSDK
import MapperTesting

/// A driver of a device in memory whose configuration is what its rules say.
struct ShelfDriver<Rules: ShelfRules>: DeviceDriver {
  typealias ProtocolConfig = Rules.Config
  typealias Visitor = ShelfVisitor

  static var protocolName: String { "shelf" }
  static var schema: DriverSchema { Rules.schema }

  func bus(of device: DeviceName, config: Rules.Config) -> BusID { "shelf" }

  func connect(to bus: BusID, config: Rules.Config, logger: Logger) async throws -> ShelfConnection<Rules> { ShelfConnection() }
}

/// What a shelf's configuration is, and what the schema says of it.
protocol ShelfRules: Sendable {
  associatedtype Config: Decodable & Sendable
  static var schema: DriverSchema { get }
}

struct ShelfVisitor: Decodable, Sendable {
  var slot: Int
}

struct ShelfConnection<Rules: ShelfRules>: DeviceConnection {
  typealias Point = DevicePoint<Rules.Config, ShelfVisitor>

  func read(_ points: [Point]) async throws -> [Reading] { points.map { .value(.int(Int64($0.visitor.slot))) } }
  func write(_ value: Value, to point: Point) async throws { throw ReadingError(.readOnly, "a shelf is as it is") }
  func close() async {}
}

struct ShelfUnderTest<Rules: ShelfRules>: DriverUnderTest {
  func makeDriver() -> ShelfDriver<Rules> { ShelfDriver() }
  func startSimulator() -> Shelf { Shelf() }
}

struct Shelf: DeviceSimulator {
  var protocolConfig: JSONValue { ["room": "kitchen", "height": 3] }
  var properties: [SimulatedProperty] {
    [
      SimulatedProperty("upper", .int, visitor: ["slot": 1], values: ("1", "2")),
      SimulatedProperty("lower", .int, visitor: ["slot": 2], values: ("1", "2")),
    ]
  }

  func value(of property: String) -> String { property == "upper" ? "1" : "2" }
  func set(_ text: String, of property: String) throws { throw NotSimulated("change") }
  func inject(_ fault: DeviceFault?) throws { if fault != nil { throw NotSimulated("fail") } }
  func stop() {}
}
