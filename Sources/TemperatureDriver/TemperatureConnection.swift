public import MapperSDK
internal import Synchronization

/// The simulated devices.
public final class TemperatureConnection: DeviceConnection {
  /// A property of a simulated device.
  public typealias Point = DevicePoint<TemperatureConfig, TemperatureVisitor>

  private let store: SetpointStore?
  private let logger: Logger
  private let now: @Sendable () -> Int64
  /// The setpoints known so far; a device without one has `nil`.
  private let setpoints = Mutex<[DeviceName: Setpoint?]>([:])

  init(store: SetpointStore?, logger: Logger, now: @escaping @Sendable () -> Int64) {
    self.store = store
    self.logger = logger
    self.now = now
  }

  /// Reads temperatures and targets.
  public func read(_ points: [Point]) async throws -> [Reading] {
    let time = now()
    return points.map { point in
      let curve = TemperatureCurve(config: point.config, setpoint: setpoint(of: point.device))
      return Self.reading(point, curve: curve, time: time)
    }
  }

  /// Writes a target.
  public func write(_ value: Value, to point: Point) async throws {
    guard point.measure == .target else { throw ReadingError(.readOnly, "the temperature is measured and can't be written") }
    guard let target = value.number else { throw ReadingError(.invalidValue, "a target is a number") }
    var curve = TemperatureCurve(config: point.config, setpoint: setpoint(of: point.device))
    curve.write(target: target, at: now())
    guard let setpoint = curve.setpoint else { return }
    setpoints.withLock { $0[point.device] = .some(setpoint) }
    do {
      try store?.save(setpoint, of: point.device)
    } catch {
      logger.warning("the target holds until the mapper ends: \(error)", metadata: ["device": "\(point.device)"])
    }
  }

  /// Nothing is open.
  public func close() async {}

  private func setpoint(of device: DeviceName) -> Setpoint? {
    setpoints.withLock { known in
      if let setpoint = known[device] { return setpoint }
      var setpoint: Setpoint?
      do { setpoint = try store?.load(device) } catch {
        logger.warning("the last target is lost: \(error)", metadata: ["device": "\(device)"])
      }
      known[device] = .some(setpoint)
      return setpoint
    }
  }

  /// The whole number next to a number of degrees: a target may be any number.
  private static func whole(_ degrees: Double) -> Int64 {
    Int64(exactly: degrees.rounded()) ?? (degrees < 0 ? .min : .max)
  }

  private static func reading(_ point: Point, curve: TemperatureCurve, time: Int64) -> Reading {
    let degrees: Double
    switch point.measure {
    case .target: degrees = curve.target
    case .temperature: degrees = point.limits.clamp((curve.temperature(at: time) * 100).rounded() / 100)
    }
    switch point.type {
    case .double: return .value(.double(degrees), time: time)
    case .float: return .value(.float(Float(degrees)), time: time)
    case .int: return .value(.int(whole(degrees)), time: time)
    case .string:
      let unit = point.limits.unit?.first { $0.isLetter }.map { $0.uppercased() } ?? "C"
      return .value(.string("\(whole(degrees))\(unit)"), time: time)
    case .boolean, .bytes:
      return .failure(ReadingError(.invalidValue, "a temperature can't be of type \(point.type)"))
    }
  }
}

extension DevicePoint<TemperatureConfig, TemperatureVisitor> {
  /// What the property is.
  fileprivate var measure: TemperatureVisitor.Measure {
    visitor.measures ?? (isWritable && type.isNumeric ? .target : .temperature)
  }
}
