package import CoreMetrics
import Prometheus

/// The counters of edgecore's parts, in Prometheus' text format.
package struct EdgeMetrics: Sendable {
  private let registry = PrometheusRegistry()

  package init() {}

  /// Keeps what is counted as it happens.
  package var factory: any MetricsFactory { registry }

  /// Everything at this moment.
  func text(_ meta: MetaManager, _ deviceTwin: DeviceTwin, _ bus: EventBus) async -> String {
    let samples = await Self.samples(of: meta.statistics) + Self.samples(of: deviceTwin.statistics) + Self.samples(of: bus)
    return registry.text(
      adding: samples + ProcessMetrics.current, help: Self.help.merging(ProcessMetrics.help) { $1 })
  }

  private static func samples(of meta: MetaManager.Statistics) -> [PrometheusSample] {
    let updates = meta.updates
    return [
      .init("edgecore_devices", Double(meta.devices)), .init("edgecore_objects", Double(meta.objects)),
      .init("edgecore_watchers", Double(meta.watchers)), .init("edgecore_commit_failures_total", Double(meta.failures)),
      .init("edgecore_twin_updates_total", [("outcome", "applied")], Double(updates.applied)),
      .init("edgecore_twin_updates_total", [("outcome", "duplicate")], Double(updates.duplicates)),
      .init("edgecore_twin_updates_total", [("outcome", "unchanged")], Double(updates.unchanged)),
    ]
      + updates.refused.map { code, count in
        .init("edgecore_twin_updates_refused_total", [("code", String(code))], Double(count))
      }
  }

  private static func samples(of twin: DeviceTwin.Statistics) -> [PrometheusSample] {
    let received = twin.received.sorted { $0.key < $1.key }
    return received.map { .init("edgecore_messages_received_total", [("subject", $0)], Double($1)) } + [
      .init("edgecore_messages_waiting", Double(twin.waiting)), .init("edgecore_messages_waiting_bytes", Double(twin.waitingBytes)),
      .init("edgecore_messages_overflow_total", [("queue", "device")], Double(twin.overflows[.device] ?? 0)),
      .init("edgecore_messages_overflow_total", [("queue", "all")], Double(twin.overflows[.all] ?? 0)),
      .init("edgecore_messages_failed_total", Double(twin.failed)),
    ]
  }

  private static func samples(of bus: EventBus) -> [PrometheusSample] {
    let statistics = bus.statistics
    return [
      .init("edgecore_broker_connected", bus.isConnected ? 1 : 0), .init("edgecore_broker_connects_total", Double(statistics.connects)),
      .init("edgecore_messages_published_total", Double(statistics.published)),
      .init("edgecore_messages_unpublished_total", Double(statistics.unpublished)),
      .init("edgecore_messages_oversized_total", Double(statistics.oversized)),
      .init("edgecore_messages_retained_total", Double(statistics.retained)),
      .init("edgecore_messages_unread_total", Double(statistics.unread)),
    ]
  }
}
