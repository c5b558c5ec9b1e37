public import CoreMetrics
import Synchronization

/// Keeps the metrics that libraries and this program count through swift-metrics, and writes them in Prometheus' text format.
///
/// Bootstrap it once: `MetricsSystem.bootstrap(registry)`. Metrics and label sets beyond the limits are counted, not kept, so that
/// whoever chooses label values can't fill the memory.
public final class PrometheusRegistry: MetricsFactory {
  /// What bounds memory and the size of an answer.
  public struct Limits: Sendable, Hashable {
    /// Metrics, each with its own name.
    public var families = 500
    /// Label sets of one metric.
    public var seriesPerFamily = 5_000
    /// Label sets of all metrics.
    public var series = 20_000
    /// Bytes of a label's value; what is longer is cut.
    public var labelBytes = 256

    /// The defaults.
    public init() {}
  }

  private struct State {
    var families: [String: Family] = [:]
    var series = 0
    var left: Int64 = 0
  }

  private let limits: Limits
  private let state = Mutex(State())

  /// Nothing is counted yet.
  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Metrics that libraries asked for and that aren't kept: too many, or of a name that is another kind's.
  public var left: Int64 { state.withLock { $0.left } }

  // MARK: Making

  private func instrument(_ label: String, _ dimensions: [(String, String)], _ kind: Family.Kind) -> Instrument {
    let name = PrometheusText.metricName(label)
    let labels = PrometheusText.labels(dimensions, maximumBytes: limits.labelBytes)
    return state.withLock { state in
      var family = state.families[name] ?? Family(kind: kind)
      if let known = family.series[labels], family.kind == kind { return known }
      let new = kind.instrument(name, labels)
      guard family.kind == kind, !family.series.isEmpty || state.families.count < limits.families,
        family.series.count < limits.seriesPerFamily, state.series < limits.series
      else {
        state.left += 1
        return new
      }
      family.series[labels] = new
      state.series += 1
      state.families[name] = family
      return new
    }
  }

  private func remove(_ handler: AnyObject) {
    guard let instrument = handler as? Instrument else { return }
    state.withLock { state in
      guard var family = state.families[instrument.name], family.series[instrument.labels] === instrument else { return }
      family.series[instrument.labels] = nil
      state.series -= 1
      state.families[instrument.name] = family.series.isEmpty ? nil : family
    }
  }

  /// A counter, for ``CoreMetrics/Counter``.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    instrument(label, dimensions, .counter)
  }

  /// A counter of fractions, for ``CoreMetrics/FloatingPointCounter``.
  public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
    instrument(label, dimensions, .counter)
  }

  /// A gauge, for ``CoreMetrics/Meter``.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    instrument(label, dimensions, .gauge)
  }

  /// A histogram when values are to be aggregated, else a gauge that has the last one.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    instrument(label, dimensions, aggregate ? .histogram(PrometheusHistogram.sizes) : .gauge)
  }

  /// A histogram in seconds, for ``CoreMetrics/Timer``: end its name in `_seconds`.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    instrument(label, dimensions, .histogram(PrometheusHistogram.seconds))
  }

  /// Forgets a counter.
  public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  /// Forgets a counter of fractions.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
  /// Forgets a gauge.
  public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  /// Forgets what values were recorded in.
  public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  /// Forgets a timer.
  public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

  // MARK: Writing

  /// All metrics in Prometheus' text format 0.0.4 (`text/plain; version=0.0.4`), by name and labels.
  ///
  /// - Parameters:
  ///   - samples: Further values, in any order; those of a name that libraries count under are left out.
  ///   - help: What metrics mean, by their names.
  public func text(adding samples: [PrometheusSample] = [], help: [String: String] = [:]) -> String {
    func head(_ name: String, _ kind: String) -> String {
      let meaning = help[name].map { "# HELP \(name) \(PrometheusText.help($0))\n" } ?? ""
      return "\(meaning)# TYPE \(name) \(kind)\n"
    }
    let (families, left) = state.withLock { ($0.families, $0.left) }
    var text = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      text += head(name, family.kind.name)
      for (_, instrument) in family.series.sorted(by: { $0.key < $1.key }) { instrument.write(to: &text) }
    }
    var lines: [String: [String]] = [:]
    for sample in samples + [PrometheusSample("metrics_left_out", Double(left))] {
      let name = PrometheusText.metricName(sample.name)
      let labels = PrometheusText.labels(sample.labels, maximumBytes: limits.labelBytes)
      lines[name, default: []].append(
        "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(PrometheusText.number(sample.value))\n")
    }
    for (name, lines) in lines.sorted(by: { $0.key < $1.key }) where families[name] == nil {
      text += "\(head(name, name.hasSuffix("_total") ? "counter" : "gauge"))\(lines.joined())"
    }
    return text
  }
}
