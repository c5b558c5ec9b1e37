/// Decides when to start our own broker again.
package struct BrokerSupervision: Sendable, Hashable {
  /// Milliseconds before the first and the longest wait.
  private static let delays: ClosedRange<Int64> = 200...10_000
  /// A broker that ran this long, in milliseconds, was fine: the next wait is short again.
  private static let settled: Int64 = 30_000

  private var delay = delays.lowerBound

  package init() {}

  /// The broker ended.
  ///
  /// - Parameter ran: Milliseconds that it ran.
  /// - Returns: Milliseconds to wait before it is started again.
  package mutating func ended(afterRunning ran: Int64) -> Int64 {
    if ran >= Self.settled { delay = Self.delays.lowerBound }
    defer { delay = min(delay * 2, Self.delays.upperBound) }
    return delay
  }
}
