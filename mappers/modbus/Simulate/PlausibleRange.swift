import MapperSDK

/// Between which numbers a simulated value moves.
enum PlausibleRange {
  /// What is usual in a unit of measurement.
  private static let usual: [String: ClosedRange<Double>] = [
    "v": 226...234, "kv": 9.9...10.1, "a": 2...8, "ma": 4...20, "w": 500...1800, "kw": 0.5...1.8, "va": 500...1900, "kva": 0.5...1.9,
    "var": 50...300, "kvar": 0.05...0.3, "hz": 49.95...50.05, "°c": 19...24, "c": 19...24, "degc": 19...24, "celsius": 19...24,
    "°f": 66...75, "k": 292...297,
    "%": 35...60, "%rh": 35...60, "pa": 100_500...101_800, "hpa": 1005...1018, "bar": 1.5...2.5, "rpm": 1400...1500, "1/min": 1400...1500,
  ]

  /// Units in which devices count up.
  private static let counted: Set<String> = ["wh", "kwh", "mwh", "varh", "kvarh", "vah", "kvah", "h", "m³", "m3", "l"]

  /// Whether values of a unit only grow.
  static func isCounted(_ unit: String?) -> Bool { unit.map { counted.contains($0.lowercased()) } ?? false }

  /// The range for a property.
  static func of(_ limits: Limits) -> ClosedRange<Double> {
    let lowest = limits.minimum ?? limits.maximum.map { min(0, $0 - 100) } ?? 0
    let highest = max(lowest, limits.maximum ?? max(100, lowest + 100))
    if let usual = limits.unit.flatMap({ usual[$0.lowercased()] }) {
      let low = limits.clamp(usual.lowerBound)
      let high = limits.clamp(usual.upperBound)
      if low < high { return low...high }
    }
    // Not up to the limits: few values are.
    let margin = (highest - lowest) / 5
    return (lowest + margin)...(highest - margin)
  }
}
