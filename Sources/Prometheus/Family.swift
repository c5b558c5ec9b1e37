/// The label sets of one metric.
struct Family {
  enum Kind: Hashable {
    case counter
    case gauge
    case histogram([Double])

    var name: String {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    }

    func instrument(_ name: String, _ labels: String) -> Instrument {
      switch self {
      case .counter, .gauge: Instrument(name: name, labels: labels, histogram: nil)
      case .histogram(let bounds): Instrument(name: name, labels: labels, histogram: PrometheusHistogram(bounds: bounds))
      }
    }
  }

  let kind: Kind
  /// By the labels as they are written.
  var series: [String: Instrument] = [:]

  init(kind: Kind) { self.kind = kind }
}
