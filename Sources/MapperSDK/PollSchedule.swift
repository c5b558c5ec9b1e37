/// When a device's properties are to be read: each at absolute deadlines, a whole number of cycles apart.
///
/// A value without a clock: times are milliseconds of any clock that never goes back, handed in. Deadlines lie on a grid
/// that all properties of a device share, so that those with the same cycle, or with multiples of it, are read together;
/// a phase shifts the grid, so that devices don't all read at once. What comes late is late once: the next deadline
/// is the next on the grid, and those passed over are counted.
public struct PollSchedule: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    var property: String
    var cycle: Int64
    var deadline: Int64
    var missed: Int
  }

  private(set) var entries: [Entry] = []
  /// The grid's shift in milliseconds.
  private let phase: Int64

  /// A schedule whose first deadlines are at once.
  ///
  /// - Parameters:
  ///   - cycles: Each property's cycle in milliseconds; less than 1 counts as 1.
  ///   - phase: The grid's shift in milliseconds.
  ///   - now: The time in milliseconds.
  public init(cycles: [(property: String, cycle: Int64)], phase: Int64 = 0, now: Int64) {
    self.phase = phase
    update(cycles: cycles, now: now)
  }

  /// Takes over other properties and cycles; a property whose cycle stays keeps its deadline and its count.
  public mutating func update(cycles: [(property: String, cycle: Int64)], now: Int64) {
    var known: [String: Entry] = [:]
    for entry in entries { known[entry.property] = entry }
    entries = cycles.map { property, cycle in
      let cycle = max(cycle, 1)
      guard let entry = known[property] else { return Entry(property: property, cycle: cycle, deadline: now, missed: 0) }
      guard entry.cycle != cycle else { return entry }
      let deadline = min(entry.deadline, nextOnGrid(after: now, cycle: cycle))
      return Entry(property: property, cycle: cycle, deadline: deadline, missed: entry.missed)
    }
  }

  /// The earliest deadline in milliseconds; `nil` when there are no properties.
  public var nextDeadline: Int64? { entries.lazy.map(\.deadline).min() }

  /// The properties whose deadline has come, in order; their next deadlines are set, and those passed over counted.
  public mutating func due(at now: Int64) -> [String] {
    var due: [String] = []
    for index in entries.indices where entries[index].deadline <= now {
      let entry = entries[index]
      due.append(entry.property)
      let next = nextOnGrid(after: now, cycle: entry.cycle)
      // The grid points after the deadline that was served late, up to now.
      let first = nextOnGrid(after: entry.deadline, cycle: entry.cycle)
      if next > first { entries[index].missed += Int(clamping: (next - first) / entry.cycle) }
      entries[index].deadline = next
    }
    return due
  }

  /// How many deadlines of a property were passed over.
  public func missed(_ property: String) -> Int { entries.first { $0.property == property }?.missed ?? 0 }

  /// How many deadlines were passed over in all.
  public var missed: Int { entries.reduce(0) { $0 + $1.missed } }

  private func nextOnGrid(after time: Int64, cycle: Int64) -> Int64 {
    let offset = (time - phase) % cycle
    return time + cycle - (offset < 0 ? offset + cycle : offset)
  }
}
