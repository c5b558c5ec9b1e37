/// How a number on the wire becomes a value: `number × scale + offset`.
///
/// Factors such as 0.1 have no exact binary form. So that 235 × 0.1 is 23.5 and not 23.500000000000004, the product is taken
/// in whole numbers, and divided once by a power of ten; the result is the nearest to the decimal one.
public struct DecimalScaling: Sendable, Hashable {
  /// What the number is multiplied by.
  public let scale: Double
  /// What is added then.
  public let offset: Double
  /// ``scale`` and ``offset`` times ``divisor``, where both are whole.
  private let multiplier: Int64
  private let addend: Int64
  private let divisor: Double
  private let isExact: Bool
  /// Whether nothing changes.
  public let isIdentity: Bool

  /// No change.
  public static let identity = DecimalScaling(scale: 1, offset: 0)

  /// A scaling.
  public init(scale: Double = 1, offset: Double = 0) {
    self.scale = scale
    self.offset = offset
    isIdentity = scale == 1 && offset == 0
    if let factor = Decimal(scale), let term = Decimal(offset) {
      let places = max(0, -factor.exponent, -term.exponent)
      if let multiplier = factor.times(powerOfTen: places), let addend = term.times(powerOfTen: places),
        let divisor = Decimal(digits: 1, exponent: 0).times(powerOfTen: places)
      {
        self.multiplier = multiplier
        self.addend = addend
        self.divisor = Double(divisor)
        isExact = true
        return
      }
    }
    multiplier = 0
    addend = 0
    divisor = 1
    isExact = false
  }

  /// The value of a whole number, if it is whole too.
  @inline(__always) func whole(_ number: Int64) -> Int64? {
    guard isExact, divisor == 1 else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: multiplier)
    let (sum, carry) = product.addingReportingOverflow(addend)
    return overflow || carry ? nil : sum
  }

  /// The value of a whole number.
  @inline(__always) func value(_ number: Int64) -> Double {
    if isExact {
      let (product, overflow) = number.multipliedReportingOverflow(by: multiplier)
      let (sum, carry) = product.addingReportingOverflow(addend)
      // Up to here a Double holds every integer, so that only the division rounds.
      if !overflow, !carry, sum.magnitude <= 1 << 53 { return Double(sum) / divisor }
    }
    return value(Double(number))
  }

  /// The value of a number.
  @inline(__always) func value(_ number: Double) -> Double { isIdentity ? number : number * scale + offset }

  /// The number a value comes from; not rounded.
  func number(_ value: Double) -> Double { isIdentity ? value : (value - offset) / scale }

  /// The whole number a whole value comes from, if there is one.
  func number(_ value: Int64) -> Int64? {
    guard isExact, multiplier != 0, let divisor = Int64(exactly: divisor) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: divisor)
    let (difference, carry) = product.subtractingReportingOverflow(addend)
    guard !overflow, !carry, !(difference == .min && multiplier == -1) else { return nil }
    let (quotient, remainder) = difference.quotientAndRemainder(dividingBy: multiplier)
    return remainder == 0 ? quotient : nil
  }
}

/// A number as `digits × 10^exponent`.
private struct Decimal {
  var digits: Int64
  var exponent: Int

  init(digits: Int64, exponent: Int) {
    self.digits = digits
    self.exponent = exponent
  }

  /// The number's shortest text, taken apart; `nil` when it isn't finite.
  init?(_ number: Double) {
    guard number.isFinite else { return nil }
    let parts = number.description.split(separator: "e", omittingEmptySubsequences: false)
    guard let mantissa = parts.first else { return nil }
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    var text = String(halves.first ?? "")
    if halves.count > 1, halves[1] != "0" {
      text += halves[1]
      exponent -= halves[1].count
    }
    guard let digits = Int64(text) else { return nil }
    self.init(digits: digits, exponent: exponent)
  }

  /// The number times a power of ten, if that is whole and fits.
  func times(powerOfTen places: Int) -> Int64? {
    let places = places + exponent
    guard places >= 0, places <= 18 else { return digits == 0 ? 0 : nil }
    var result = digits
    for _ in 0..<places {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      result = product
    }
    return result
  }
}
