import CoreMetrics
import Synchronization

/// One label set of a metric.
final class Instrument: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
  private struct State {
    /// A counter's whole part, which a Double couldn't hold for ever.
    var whole: Int64 = 0
    /// A counter's fractions, or a gauge.
    var value = 0.0
    var histogram: PrometheusHistogram?
  }

  let name: String
  /// As they are written, without braces.
  let labels: String
  private let state: Mutex<State>

  init(name: String, labels: String, histogram: PrometheusHistogram?) {
    self.name = name
    self.labels = labels
    state = Mutex(State(histogram: histogram))
  }

  func increment(by amount: Int64) {
    // A counter that goes back would look like a restart.
    guard amount > 0 else { return }
    state.withLock { state in
      let (sum, overflows) = state.whole.addingReportingOverflow(amount)
      state.whole = overflows ? amount : sum
    }
  }

  func reset() {
    state.withLock { state in
      state.whole = 0
      state.value = 0
    }
  }

  /// For a counter of fractions and a gauge alike; swift-metrics lets only a gauge go down.
  func increment(by amount: Double) {
    guard amount.isFinite else { return }
    state.withLock { $0.value += amount }
  }

  func decrement(by amount: Double) { increment(by: -amount) }

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) { state.withLock { $0.value = value } }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    state.withLock { state in
      if state.histogram == nil { state.value = value } else { state.histogram?.record(value) }
    }
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

  func write(to text: inout String) {
    let state = state.withLock { $0 }
    if let histogram = state.histogram {
      histogram.write(name, labels, to: &text)
    } else {
      let value = state.value == 0 ? String(state.whole) : PrometheusText.number(Double(state.whole) + state.value)
      text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
  }
}
