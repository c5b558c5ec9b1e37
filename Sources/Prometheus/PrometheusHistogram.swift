/// How often values fell below each of some bounds.
struct PrometheusHistogram: Sendable {
  /// Bounds for times, in seconds.
  static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  /// Bounds for counts and sizes.
  static let sizes = [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000]

  let bounds: [Double]
  /// How often a value fell between a bound and the one before it; the last is for those above all.
  private(set) var counts: [UInt64]
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  mutating func record(_ value: Double) {
    guard !value.isNaN else { return }
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }

  /// The lines of a metric.
  func write(_ name: String, _ labels: String, to text: inout String) {
    var total: UInt64 = 0
    for (bound, count) in zip(bounds.map(PrometheusText.number) + ["+Inf"], counts) {
      total += count
      let separator = labels.isEmpty ? "" : ","
      text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(total)\n"
    }
    let set = labels.isEmpty ? "" : "{\(labels)}"
    text += "\(name)_sum\(set) \(PrometheusText.number(sum))\n\(name)_count\(set) \(total)\n"
  }
}
