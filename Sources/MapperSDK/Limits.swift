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
    let suffix = unit.map { $0.isEmpty ? "" : " \($0)" } ?? ""
    let text = value.text ?? "\(number)"
    if let minimum, number < minimum {
      throw ValueError(.outOfRange, "\(text) is below the minimum of \(DecimalText.text(minimum) ?? "\(minimum)")\(suffix)")
    }
    if let maximum, number > maximum {
      throw ValueError(.outOfRange, "\(text) is above the maximum of \(DecimalText.text(maximum) ?? "\(maximum)")\(suffix)")
    }
  }

  /// The number nearest to `value` that is within the limits.
  public func clamp(_ value: Double) -> Double {
    var value = value
    if let maximum { value = min(value, maximum) }
    if let minimum { value = max(value, minimum) }
    return value
  }
}
