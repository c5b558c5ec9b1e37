internal import CoreMetrics
internal import MapperSDK
internal import Prometheus

/// The mapper's own metrics at the moment somebody asks for them.
struct MapperMetrics: Sendable {
  let deviceCount: @Sendable () async -> Int
  let buses: @Sendable () async -> [BusStatistics]
  let events: EventPoster
  let health: MapperHealth

  /// Everything in Prometheus' text format; `nil` when another backend than ours was bootstrapped.
  var text: String? {
    get async {
      guard let registry = MetricsSystem.factory as? PrometheusRegistry else { return nil }
      var samples = ProcessMetrics.current
      samples.append(.init("mapper_devices", Double(await deviceCount())))
      samples.append(.init("mapper_ready", health.isReady ? 1 : 0))
      let statistics = events.statistics
      samples += [
        .init("mapper_events_told_total", Double(statistics.told)), .init("mapper_events_waiting", Double(statistics.waiting)),
        .init("mapper_events_dropped_total", Double(statistics.dropped)), .init("mapper_events_refused_total", Double(statistics.refused)),
      ]
      for bus in await buses() { samples += Self.samples(of: bus) }
      return registry.text(adding: samples, help: Self.help.merging(ProcessMetrics.help) { $1 })
    }
  }

  private static func samples(of bus: BusStatistics) -> [PrometheusSample] {
    func sample(_ name: String, _ value: Double) -> PrometheusSample { .init("mapper_bus_\(name)", [("bus", bus.bus)], value) }
    return [
      sample("connected", bus.isConnected ? 1 : 0), sample("connects_total", Double(bus.connects)),
      sample("transactions_total", Double(bus.transactions)), sample("failures_total", Double(bus.failures)),
      sample("missed_deadlines_total", Double(bus.missed)), sample("utilisation_ratio", bus.utilisation),
      sample("events_total", Double(bus.events)), sample("lost_events_total", Double(bus.lostEvents)),
      sample("cycle_stretch_ratio", bus.stretch), sample("silent_units", Double(bus.silentUnits.count)),
    ]
      + bus.missedProperties.map { missed in
        .init(
          "mapper_property_missed_deadlines_total",
          [("namespace", missed.device.namespace), ("device", missed.device.name), ("property", missed.property)], Double(missed.count))
      }
  }
}
