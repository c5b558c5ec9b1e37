/// Where a connection tells of events. Callable from any thread; it never waits.
public struct EventSink: Sendable {
  private let deliver: @Sendable (_ events: [PointEvent]) -> Void
  private let lose: @Sendable (_ count: Int, _ point: Int) -> Void

  /// A place for events; drivers are given one, their tests make one.
  ///
  /// - Parameters:
  ///   - deliver: Takes events.
  ///   - lose: Takes how many events of a point were lost.
  public init(
    deliver: @escaping @Sendable (_ events: [PointEvent]) -> Void,
    lose: @escaping @Sendable (_ count: Int, _ point: Int) -> Void = { _, _ in }
  ) {
    self.deliver = deliver
    self.lose = lose
  }

  /// Tells events, in the order in which they happened.
  public func send(_ events: [PointEvent]) {
    if !events.isEmpty { deliver(events) }
  }

  /// Tells that events of a point were lost, as far as is known how many; it is counted in the mapper's metrics. The next
  /// event of the point should be ``Reading/uncertain(_:time:reason:)``.
  public func lost(_ count: Int, of point: Int) {
    if count > 0 { lose(count, point) }
  }
}
