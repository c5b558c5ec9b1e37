/// A value that is only looked at when somebody asks for it.
public struct PrometheusSample: Sendable {
  /// The metric's name; one that ends in `_total` is a counter, any other a gauge.
  public let name: String
  /// The labels, by name.
  public let labels: [(String, String)]
  /// The value now.
  public let value: Double

  /// A value.
  public init(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    self.name = name
    self.labels = labels
    self.value = value
  }

  /// A value without labels.
  public init(_ name: String, _ value: Double) { self.init(name, [], value) }
}
