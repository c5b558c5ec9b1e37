package import CoreMetrics

/// How often the API was asked for what, and what it answered.
package struct RequestMetrics: Sendable {
  static let requests = "edgecore_api_requests_total"
  /// Others are counted as one, so that a client can't make up new ones.
  private static let verbs: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

  private let factory: any MetricsFactory

  /// - Parameter factory: Who keeps them.
  package init(_ factory: any MetricsFactory = NOOPMetricsHandler.instance) { self.factory = factory }

  /// A request was answered.
  func answered(_ method: String, isWatch: Bool, code: Int) {
    let verb = isWatch ? "WATCH" : Self.verbs.contains(method) ? method : "other"
    factory.makeCounter(label: Self.requests, dimensions: [("verb", verb), ("code", String(code))]).increment(by: 1)
  }
}
