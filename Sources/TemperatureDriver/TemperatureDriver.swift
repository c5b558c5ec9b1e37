public import MapperSDK

/// Simulated temperature sensors with a target, for trying things out without hardware.
///
/// A property of type STRING reads like `70C`, a number the temperature with two decimals. A number that may be written is the
/// target: it reads as written, and the temperature approaches it.
public struct TemperatureDriver: DeviceDriver {
  /// The curve's shape.
  public typealias ProtocolConfig = TemperatureConfig
  /// What a property is.
  public typealias Visitor = TemperatureVisitor

  /// `temperature`
  public static let protocolName = "temperature"

  /// The members of ``TemperatureConfig`` and ``TemperatureVisitor``.
  public static let schema = DriverSchema(
    protocolConfig: [
      .init("seed", .anyInteger, default: 0, doc: "makes one device's noise different from another's"),
      .init("mean", .anyNumber, unit: "degrees", default: 70, doc: "the middle of the daily curve"),
      .init("amplitude", .number(0...1000), unit: "degrees", default: 5, doc: "how far the curve leaves its middle"),
      .init("noise", .number(0...1000), unit: "degrees", default: 0.3, doc: "how far the noise leaves the curve at most"),
      .init("period", .number(1...31_622_400), unit: "seconds", default: 86_400, doc: "how long a day of the curve is"),
      .init(
        "timeConstant", .number(0.001...86_400), unit: "seconds", default: 20,
        doc: "after how long 63 % of the way to a written target is done"),
    ],
    visitor: [
      .init(
        "measures", .oneOf(TemperatureVisitor.Measure.allCases.map(\.rawValue)),
        doc: "what the property is; without it a number that may be written is the target, everything else the temperature")
    ])

  private let stateFolder: String?
  private let now: @Sendable () -> Int64

  /// A driver.
  ///
  /// - Parameters:
  ///   - stateFolder: Where written targets are kept, so that they outlast the process, as a real controller's would; `nil`
  ///     keeps them in memory.
  ///   - now: The time in milliseconds since 1970.
  public init(stateFolder: String?, now: @escaping @Sendable () -> Int64 = SystemClock.milliseconds) {
    self.stateFolder = stateFolder
    self.now = now
  }

  /// All simulated devices are on one bus: nothing there ever waits.
  public func bus(of device: DeviceName, config: TemperatureConfig) -> BusID { "simulated" }

  /// Connects to the simulated bus, which always works.
  public func connect(to bus: BusID, config: TemperatureConfig, logger: Logger) async throws -> TemperatureConnection {
    TemperatureConnection(store: stateFolder.map { SetpointStore(folder: $0) }, logger: logger, now: now)
  }
}
