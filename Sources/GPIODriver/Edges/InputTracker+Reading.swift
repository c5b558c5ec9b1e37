internal import MapperSDK

extension InputTracker {
  /// The level that counts, a count, or a frequency.
  ///
  /// - Parameter now: The kernel's monotonic clock, in nanoseconds.
  func reading(of point: GPIOPoint, now: Int64) -> Reading {
    let scale = point.visitor.scale
    switch point.visitor.measures {
    case .level: return .value(point.value([level]))
    case .count:
      let value: Value = scale == 1 && point.type == .int ? .int(meter.count) : Self.value(Double(meter.count) * scale, point.type)
      return countDoubt.map { .uncertain(value, reason: $0) } ?? .value(value)
    case .frequency: return .value(Self.value(meter.frequency(now: now) * scale, point.type))
    }
  }

  private static func value(_ number: Double, _ type: ValueType) -> Value {
    switch type {
    case .float: .float(Float(number))
    case .int: .int(Int64(exactly: number.rounded()) ?? .max)
    default: .double(number)
    }
  }
}
