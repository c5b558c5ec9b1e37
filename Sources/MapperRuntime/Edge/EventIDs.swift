/// Ids for messages: unique within a process, and, by their random beginning, among all.
package struct EventIDs: Sendable, Hashable {
  private let prefix: String
  private var count: UInt64 = 0

  /// Ids that begin with `prefix`.
  package init(prefix: String) { self.prefix = prefix }

  /// Ids of a process that calls itself `name`.
  package init(name: String, using generator: inout some RandomNumberGenerator) {
    self.init(prefix: "\(name)-\(String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 36))")
  }

  /// The next id.
  package mutating func next() -> String {
    count += 1
    return "\(prefix)-\(count)"
  }
}
