internal import CoreMetrics
internal import Prometheus

/// The mapper's own metrics at the moment somebody asks for them.
struct MapperMetrics: Sendable {
  let directory: any DeviceDirectory
  let events: EventPoster?
  let health: MapperHealth

  /// Everything in Prometheus' text format; `nil` when another backend than ours was bootstrapped.
  var text: String? {
    get async {
      guard let registry = MetricsSystem.factory as? PrometheusRegistry else { return nil }
      var extra = ProcessMetrics.current
      extra.append(("mapper_devices", Double(await directory.deviceNames().count)))
      extra.append(("mapper_ready", health.isReady ? 1 : 0))
      if let statistics = events?.statistics {
        extra += [
          ("mapper_events_told_total", Double(statistics.told)), ("mapper_events_waiting", Double(statistics.waiting)),
          ("mapper_events_dropped_total", Double(statistics.dropped)), ("mapper_events_refused_total", Double(statistics.refused)),
        ]
      }
      return registry.text(extra: extra)
    }
  }
}
