extension MapperMetrics {
  /// What the metrics of a mapper mean, by their names.
  static let help = [
    "mapper_bus_connected": "Whether the mapper is connected to the bus.",
    "mapper_bus_connects_total": "How often the mapper connected to the bus.",
    "mapper_bus_cycle_stretch_ratio": "By how much all cycles of the bus are stretched since it can't carry more; 1 when it can.",
    "mapper_bus_events_total": "Events that devices of the bus told by themselves.",
    "mapper_bus_failures_total": "Transactions on the bus that failed.",
    "mapper_bus_lost_events_total": "Events that devices of the bus told by themselves and that are known to be lost.",
    "mapper_bus_missed_deadlines_total": "Reads of the bus that came later than their cycle.",
    "mapper_bus_silent_units": "Units of the bus that don't answer now.",
    "mapper_bus_transactions_total": "Transactions on the bus: requests and writes.",
    "mapper_bus_utilisation_ratio": "Share of its time for which the bus is busy, from 0 to 1.",
    "mapper_devices": "Devices that the mapper serves.",
    "mapper_events_dropped_total": "Events of devices that were dropped: too many waited.",
    "mapper_events_refused_total": "Events of devices that the API refused.",
    "mapper_events_told_total": "Events of devices that the API took.",
    "mapper_events_waiting": "Events of devices that wait to be told to the API.",
    "mapper_http_requests_total": "Requests to the mapper's REST API, by the status of the answer.",
    "mapper_property_missed_deadlines_total": "Reads of the property that came later than its cycle.",
    "mapper_ready": "Whether the mapper is ready, as /readyz tells.",
    "metrics_left_out": "Metrics that libraries asked for and that aren't kept: too many, or of a name that is another kind's.",
  ]
}
