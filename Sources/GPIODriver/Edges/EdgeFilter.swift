/// Makes a line's level of its edges: finds out which were lost, and leaves out levels that didn't last.
///
/// A value without a clock: times are nanoseconds of the kernel's monotonic clock, handed in.
struct EdgeFilter: Sendable, Hashable {
  /// A level that counts.
  struct Change: Sendable, Hashable {
    var level: Bool
    /// When the line got it.
    var time: Int64
  }

  /// How long a level has to stay before it counts, in nanoseconds.
  private let debounce: Int64
  /// The level after the last edge.
  private(set) var raw: Bool
  /// The level that counts.
  private(set) var level: Bool
  /// A level that may come to count.
  private var candidate: Change?

  /// A line at a level.
  init(level: Bool, debounce: Int64) {
    raw = level
    self.level = level
    self.debounce = debounce
  }

  /// When the level may change without another edge.
  var deadline: Int64? { candidate.map { $0.time + debounce } }

  /// Takes an edge.
  ///
  /// - Returns: The changes that count now, in order, and how many edges before this one must have been lost: after a rising
  ///   edge comes a falling one. When the lost one was nobody knows, so there is no change for it.
  mutating func take(_ edge: EdgeEvent) -> (changes: [Change], lost: Int) {
    var changes = settle(now: edge.time)
    let isAlike = edge.isRising == raw
    raw = edge.isRising
    if debounce == 0 {
      level = raw
      changes.append(Change(level: raw, time: edge.time))
    } else {
      candidate = raw == level ? nil : Change(level: raw, time: edge.time)
    }
    return (changes, isAlike ? 1 : 0)
  }

  /// Takes the time.
  mutating func settle(now: Int64) -> [Change] {
    guard let change = candidate, change.time + debounce <= now else { return [] }
    candidate = nil
    level = change.level
    return [change]
  }

  /// Takes the level the line really has, when no edge waits.
  ///
  /// - Returns: The change that counts now, if there is one, and whether edges were lost.
  mutating func correct(_ actual: Bool, now: Int64) -> (changes: [Change], lost: Int) {
    guard actual != raw else { return (settle(now: now), 0) }
    let (changes, _) = take(EdgeEvent(isRising: actual, time: now))
    return (changes, 1)
  }
}
