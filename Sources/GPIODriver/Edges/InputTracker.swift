internal import MapperSDK

/// What a property makes of the edges of its line.
///
/// A value without a clock: times are nanoseconds of the kernel's monotonic clock, handed in.
struct InputTracker: Sendable {
  /// What edges came to.
  struct Outcome: Sendable, Hashable {
    /// Levels to be told, in order.
    var changes: [EdgeFilter.Change] = []
    /// Edges that are known to be lost.
    var lost = 0
    /// Why the last change, and the counts, may be wrong.
    var doubt: String?
  }

  private let edge: GPIOVisitor.Edge
  private let isDebounced: Bool
  private var filter: EdgeFilter
  private(set) var meter: PulseMeter
  /// Why the count may be wrong, once it may.
  private(set) var countDoubt: String?

  /// Until when edges only led to the level that the line was at first.
  private let since: Int64
  /// Whether no edge came yet.
  private var isFirst = true

  /// A line at a level.
  ///
  /// - Parameter since: A time after that at which it was read.
  init(_ visitor: GPIOVisitor, level: Bool, since: Int64) {
    self.since = since
    edge = visitor.edge
    isDebounced = visitor.debounce > 0
    filter = EdgeFilter(level: level, debounce: visitor.debounce * 1_000_000)
    meter = PulseMeter(window: visitor.measures == .frequency ? visitor.window * 1_000_000 : nil)
  }

  /// The level that counts.
  var level: Bool { filter.level }
  /// The level after the last edge.
  var raw: Bool { filter.raw }
  /// When something may change without another edge.
  var deadline: Int64? { filter.deadline }

  /// Takes edges that waited together.
  ///
  /// - Parameter isFull: Whether they were as many as the kernel keeps, so that more may have been lost.
  mutating func take(_ edges: [EdgeEvent], isFull: Bool) -> Outcome {
    var outcome = Outcome()
    for edge in edges where edge.time > since {
      defer { isFirst = false }
      // The kernel drops the newest, so the first isn't missing: the level was read when it had changed already.
      if isFirst, edge.isRising == filter.raw { continue }
      let (changes, lost) = filter.take(edge)
      outcome.lost += lost
      // Between two falling edges there was a rising one.
      if lost > 0, !edge.isRising, !isDebounced { meter.add(at: edge.time) }
      note(changes, &outcome)
    }
    // What bounces is not what counts.
    guard !isDebounced else { return outcome }
    if outcome.lost > 0 { outcome.doubt = Self.text(outcome.lost) }
    if isFull {
      outcome.doubt = outcome.doubt ?? "\(edges.count) edges waited, as many as the kernel keeps: more may have been lost"
      countDoubt = outcome.doubt
    }
    return outcome
  }

  /// Takes the level the line really has, when no edge waits.
  mutating func correct(_ level: Bool, now: Int64) -> Outcome {
    var outcome = Outcome()
    let (changes, lost) = filter.correct(level, now: now)
    outcome.lost = lost
    if lost > 0, !isDebounced { outcome.doubt = Self.text(lost) }
    note(changes, &outcome)
    return outcome
  }

  /// Takes the time.
  mutating func settle(now: Int64) -> Outcome {
    var outcome = Outcome()
    note(filter.settle(now: now), &outcome)
    return outcome
  }

  /// Sets the count, which holds then.
  mutating func setCount(_ count: Int64) {
    meter.set(count)
    countDoubt = nil
  }

  /// Goes on with a count from before the line was away.
  mutating func resume(_ count: Int64) {
    meter.set(count)
    countDoubt = "while the chip was away nothing was counted"
  }

  private mutating func note(_ changes: [EdgeFilter.Change], _ outcome: inout Outcome) {
    for change in changes {
      if change.level { meter.add(at: change.time) }
      switch edge {
      case .rising where !change.level, .falling where change.level, .none: continue
      default: outcome.changes.append(change)
      }
    }
  }

  private static func text(_ lost: Int) -> String {
    lost == 1 ? "an edge was lost" : "\(lost) edges were lost"
  }
}
