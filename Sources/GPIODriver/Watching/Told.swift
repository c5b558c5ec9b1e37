internal import MapperSDK

/// Something to tell of a point that is watched.
enum Told: Sendable, Hashable {
  /// What it is now; `at` is when an edge made it so, by the kernel's monotonic clock, in nanoseconds.
  case event(PointEvent, at: Int64?)
  /// How many of its edges are known to be lost.
  case lost(Int, point: Int)

  /// Tells them all, in order.
  static func send(_ told: [Told], to sink: EventSink) {
    var events: [PointEvent] = []
    for case .lost(let count, let point) in told { sink.lost(count, of: point) }
    for case .event(let event, _) in told { events.append(event) }
    sink.send(events)
  }

  /// In the order of their times; what has none keeps its place behind those that have.
  static func sorted(_ told: [Told]) -> [Told] {
    told.enumerated().sorted { first, second in
      (first.element.time ?? .max, first.offset) < (second.element.time ?? .max, second.offset)
    }.map(\.element)
  }

  private var time: Int64? { if case .event(_, let time) = self { time } else { nil } }
}
