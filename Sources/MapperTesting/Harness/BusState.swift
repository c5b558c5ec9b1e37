/// A bus as the framework sees it.
public struct BusState: Sendable, Hashable {
  /// The bus's name.
  public var name: String
  /// Whether it is connected.
  public var isConnected: Bool
  /// How often it was connected.
  public var connects: Int
  /// Requests and writes done.
  public var transactions: Int
  /// Those that failed.
  public var failures: Int

  /// A bus.
  public init(name: String, isConnected: Bool, connects: Int, transactions: Int, failures: Int) {
    self.name = name
    self.isConnected = isConnected
    self.connects = connects
    self.transactions = transactions
    self.failures = failures
  }
}
