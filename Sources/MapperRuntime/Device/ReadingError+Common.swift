internal import MapperSDK

extension ReadingError {
  /// Why none of the points could be read, where the driver said so for each: nothing else on the unit, or the bus, needs to
  /// be tried then.
  init?(commonTo readings: [Reading]) {
    guard case .failure(let error)? = readings.first, error.scope == .unit || error.scope == .bus else { return nil }
    guard readings.allSatisfy({ if case .failure(let other) = $0 { other.scope == error.scope } else { false } }) else { return nil }
    self = error
  }
}
