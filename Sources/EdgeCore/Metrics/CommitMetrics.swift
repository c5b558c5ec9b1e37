package import CoreMetrics

/// How long commits take, and how much each of them writes.
package struct CommitMetrics: Sendable {
  static let seconds = "edgecore_commit_seconds"
  static let rows = "edgecore_commit_rows"

  private let duration: CoreMetrics.Timer
  private let size: Recorder

  /// - Parameter factory: Who keeps them.
  package init(_ factory: any MetricsFactory = NOOPMetricsHandler.instance) {
    duration = CoreMetrics.Timer(label: Self.seconds, dimensions: [], factory: factory)
    size = Recorder(label: Self.rows, dimensions: [], aggregate: true, factory: factory)
  }

  /// A commit succeeded.
  ///
  /// - Parameter rows: How many objects and twins it wrote.
  func took(_ elapsed: Duration, rows: Int) {
    let (seconds, attoseconds) = elapsed.components
    duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    size.record(rows)
  }
}
