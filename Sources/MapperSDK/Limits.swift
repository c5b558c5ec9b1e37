/// What a DeviceModel says about a property's values.
public struct Limits: Sendable, Hashable {
  /// The least value, in the property's unit.
  public var minimum: Double?
  /// The greatest value, in the property's unit.
  public var maximum: Double?
  /// The unit, for people.
  public var unit: String?

  /// Limits.
  public init(minimum: Double? = nil, maximum: Double? = nil, unit: String? = nil) {
    self.minimum = minimum
    self.maximum = maximum
    self.unit = unit
  }

  /// Checks a value that is to be written.
  ///
  /// - Throws: ``ValueError`` when it is a number that is outside, or not finite.
  public func check(_ value: Value) throws(ValueError) {
    guard let number = value.number else { return }
    guard number.isFinite else { throw ValueError(.notFinite, "the number is not finite") }
    if let minimum, number < minimum { throw outOfRange(value, number, "below the minimum of", minimum) }
    if let maximum, number > maximum { throw outOfRange(value, number, "above the maximum of", maximum) }
  }

  private func outOfRange(_ value: Value, _ number: Double, _ relation: String, _ limit: Double) -> ValueError {
    let suffix = unit.map { $0.isEmpty ? "" : " \($0)" } ?? ""
    return ValueError(.outOfRange, "\(value.text ?? "\(number)") is \(relation) \(DecimalText.text(limit) ?? "\(limit)")\(suffix)")
  }

  /// The number nearest to `value` that is within the limits.
  public func clamp(_ value: Double) -> Double {
    var value = value
    if let maximum { value = min(value, maximum) }
    if let minimum { value = max(value, minimum) }
    return value
  }
}
