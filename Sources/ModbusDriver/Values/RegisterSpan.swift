/// Neighbouring bits or registers of a table.
public struct RegisterSpan: Sendable, Hashable {
  /// The table.
  public var table: RegisterTable
  /// The first address, counted from 0.
  public var start: Int
  /// How many.
  public var count: Int

  /// A span.
  public init(table: RegisterTable, start: Int, count: Int) {
    self.table = table
    self.start = start
    self.count = count
  }

  /// The address after the last.
  public var end: Int { start + count }

  /// Whether all of another span is in this one.
  public func contains(_ other: RegisterSpan) -> Bool { table == other.table && start <= other.start && end >= other.end }
}
