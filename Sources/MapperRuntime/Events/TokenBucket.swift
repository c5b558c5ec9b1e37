/// Lets so many pass at once and then one an interval: a value, times are milliseconds of a clock that never goes back.
package struct TokenBucket: Sendable, Hashable {
  private let capacity: Int64
  private let interval: Int64
  /// The time at which the bucket will be, or was, full: each token taken puts it off by an interval.
  private var fullAt: Int64

  /// A full bucket.
  ///
  /// - Parameters:
  ///   - capacity: How many may pass at once; at least 1.
  ///   - interval: Milliseconds until there is one more; at least 1.
  package init(capacity: Int, interval: Int64, now: Int64) {
    self.capacity = Int64(max(1, capacity))
    self.interval = max(1, interval)
    fullAt = now
  }

  /// When the next may pass; not after `now` when one may pass now.
  package var nextToken: Int64 { fullAt - (capacity - 1) * interval }

  /// Takes a token, if there is one.
  package mutating func take(now: Int64) -> Bool {
    guard now >= nextToken else { return false }
    fullAt = max(fullAt, now) + interval
    return true
  }

  /// Gives a token back that wasn't used.
  package mutating func giveBack() { fullAt -= interval }

  /// Whether nothing is missing, so that a new bucket would be the same.
  package func isFull(now: Int64) -> Bool { now >= fullAt }
}
