/// What was learned of a unit's address space by requests it refused: points that can't be read, and places that no
/// request may reach over.
///
/// A value without a clock: times are milliseconds of a clock that never goes back, handed in.
struct BlockFaults: Sendable, Hashable {
  /// After so long what was learned is tried anew, in milliseconds; each time in vain it takes twice as long.
  static let shortestMemory: Int64 = 30_000
  /// The longest, in milliseconds.
  static let longestMemory: Int64 = 600_000

  struct Fault: Sendable, Hashable {
    var error: ReadingError?
    var memory: Int64
    var retryAt: Int64
    /// Whether it holds; one that is being tried anew doesn't, but its memory is kept.
    var isActive = true
  }

  /// Points that can't be read, and why.
  private(set) var bad: [Int: Fault] = [:]
  /// Points before which a request has to end.
  private(set) var cuts: [Int: Fault] = [:]

  var isEmpty: Bool { bad.isEmpty && cuts.isEmpty }

  mutating func addBad(_ point: Int, _ error: ReadingError, now: Int64) { Self.add(point, error, now, to: &bad) }

  mutating func addCut(before point: Int, now: Int64) { Self.add(point, nil, now, to: &cuts) }

  private static func add(_ point: Int, _ error: ReadingError?, _ now: Int64, to faults: inout [Int: Fault]) {
    let memory = faults[point].map { min($0.memory * 2, longestMemory) } ?? shortestMemory
    faults[point] = Fault(error: error, memory: memory, retryAt: now + memory)
  }

  /// The point could be read; whether that is news.
  mutating func repaired(_ point: Int) -> Bool { bad.removeValue(forKey: point) != nil }

  /// Bad points that are due to be tried anew.
  func retries(now: Int64) -> [Int] { bad.filter { $0.value.retryAt <= now }.keys.sorted() }

  /// A bad point is being tried anew; not again before its memory ends.
  mutating func retrying(_ point: Int, now: Int64) {
    guard let fault = bad[point] else { return }
    bad[point]?.retryAt = now + fault.memory
  }

  /// Lets cuts whose time has come be reached over again; whether there were any.
  mutating func reopenCuts(now: Int64) -> Bool {
    let due = cuts.filter { $0.value.isActive && $0.value.retryAt <= now }.keys
    for point in due { cuts[point]?.isActive = false }
    return !due.isEmpty
  }

  /// The earliest time at which something is tried anew.
  var nextRetry: Int64? {
    let times = bad.values.map(\.retryAt) + cuts.values.filter(\.isActive).map(\.retryAt)
    return times.min()
  }

  /// The points before which, or at which, requests have to be divided.
  var barriers: [Int] { Array(bad.keys) + cuts.filter(\.value.isActive).keys }

  /// Forgets points that are no more.
  mutating func keep(_ points: Set<Int>) {
    bad = bad.filter { points.contains($0.key) }
    cuts = cuts.filter { points.contains($0.key) }
  }
}
