public import Logging
public import MapperSDK

/// A property on GPIO lines.
public typealias GPIOPoint = DevicePoint<GPIOConfig, GPIOVisitor>

/// Reads and drives GPIO lines through the kernel's character devices.
public struct GPIODriver: DeviceDriver {
  /// What a Device's protocol says.
  public typealias ProtocolConfig = GPIOConfig
  /// What a property's visitor says.
  public typealias Visitor = GPIOVisitor
  /// A chip.
  public typealias Connection = GPIOConnection

  /// `gpio`
  public static let protocolName = "gpio"
  /// What a Device's protocol and visitors may say.
  public static var schema: DriverSchema { GPIOSchema.schema }

  private let finder: ChipFinder
  private let memory = CountMemory()

  /// A driver for this machine's chips.
  public init() { self.init(finder: .system) }

  init(finder: ChipFinder) { self.finder = finder }

  /// The chip; lines that are found by their names alone share one.
  public func bus(of device: DeviceName, config: GPIOConfig) -> BusID {
    BusID(config.chip.map { $0.hasPrefix("/dev/") ? String($0.dropFirst(5)) : $0 } ?? "any chip")
  }

  /// Inputs tell of their edges; everything else is read each cycle.
  public func delivery(of point: GPIOPoint) -> Delivery { point.tellsLevel ? .byException : .watched }

  /// What is wrong with a configuration.
  public func issues(with config: GPIOConfig) -> [SchemaIssue] {
    guard config.consumer.utf8.count > 31 || config.consumer.isEmpty else { return [] }
    return [SchemaIssue(path: "consumer", problem: "has to have 1 to 31 bytes", isError: true)]
  }

  /// What is wrong with a point's visitor.
  public func issues(with point: GPIOPoint) -> [SchemaIssue] { GPIOVisitor.issues(with: point) }

  /// Opens the chip.
  ///
  /// - Throws: ``ReadingError`` that names the chips there are.
  public func connect(to bus: BusID, config: GPIOConfig, logger: Logger) async throws -> GPIOConnection {
    do {
      return try GPIOConnection(chip: config.chip, finder: finder, memory: memory)
    } catch {
      throw ReadingError(.notConnected, error.description)
    }
  }
}
