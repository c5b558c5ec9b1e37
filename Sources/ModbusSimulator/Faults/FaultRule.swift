/// Which requests a fault happens to.
///
/// A request has to match all that is given. The requests that match are counted, each rule for itself, and `skip`,
/// `every`, `times` and `probability` choose among those.
public struct FaultRule: Sendable, Hashable {
  /// What happens.
  public var fault: Fault
  /// The units, `nil` for all.
  public var units: Set<UInt8>?
  /// The function codes, `nil` for all.
  public var functions: Set<UInt8>?
  /// Addresses: a request matches when it touches one of them. `nil` for all requests.
  public var addresses: Range<Int>?
  /// How many matching requests pass before the first fault.
  public var skip: Int
  /// Only every so many-th of the matching requests fails; 1 for each.
  public var every: Int
  /// How often the fault happens at most, `nil` for without end.
  public var times: Int?
  /// The chance of a chosen request to fail, from 0 to 1.
  public var probability: Double

  /// A rule.
  ///
  /// - Parameters:
  ///   - unit: The unit, `nil` for all.
  ///   - function: The function code, `nil` for all.
  ///   - addresses: A request matches when it touches one of these, `nil` for all.
  ///   - nth: Only this matching request fails, counted from 1; sets `skip` and `times`.
  public init(
    _ fault: Fault, unit: UInt8? = nil, function: UInt8? = nil, addresses: Range<Int>? = nil, nth: Int? = nil, skip: Int = 0,
    every: Int = 1, times: Int? = nil, probability: Double = 1
  ) {
    self.fault = fault
    units = unit.map { [$0] }
    functions = function.map { [$0] }
    self.addresses = addresses
    self.skip = nth.map { max(0, $0 - 1) } ?? skip
    self.every = max(1, every)
    self.times = nth == nil ? times : 1
    self.probability = probability
  }

  func matches(unit: UInt8, pdu: [UInt8]) -> Bool {
    if let units, !units.contains(unit) { return false }
    if let functions, !functions.contains(pdu.first ?? 0) { return false }
    if let addresses {
      guard let shape = RequestShape(pdu: pdu) else { return false }
      return addresses.overlaps(shape.address..<(shape.address + shape.count))
    }
    return true
  }
}
