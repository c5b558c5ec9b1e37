/// The values of one table: runs of defined addresses, sorted, never overlapping and never adjacent.
struct SparseTable: Sendable {
  struct Run: Sendable, Equatable {
    var start: Int
    var values: [UInt16]
    var end: Int { start + values.count }
  }

  private(set) var runs: [Run] = []

  /// The index of the run that holds the whole range.
  private func run(holding range: Range<Int>) -> Int? {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    guard low < runs.count, runs[low].start <= range.lowerBound, runs[low].end >= range.upperBound else { return nil }
    return low
  }

  func defines(_ range: Range<Int>) -> Bool { run(holding: range) != nil }

  /// The values of a range, `nil` when one of its addresses isn't defined.
  func values(_ range: Range<Int>) -> ArraySlice<UInt16>? {
    run(holding: range).map { index in
      let run = runs[index]
      return run.values[(range.lowerBound - run.start)..<(range.upperBound - run.start)]
    }
  }

  /// Replaces values, if all addresses are defined.
  mutating func replace(from start: Int, _ values: some Collection<UInt16>) -> Bool {
    guard let index = run(holding: start..<(start + values.count)) else { return false }
    var position = start - runs[index].start
    for value in values {
      runs[index].values[position] = value
      position += 1
    }
    return true
  }

  /// Defines the addresses from `start` on, with these values.
  mutating func define(from start: Int, _ values: [UInt16]) {
    guard !values.isEmpty else { return }
    if replace(from: start, values) { return }
    var merged = Run(start: start, values: values)
    // Neighbours that touch join, so that a range over both is one run.
    var kept: [Run] = []
    for run in runs {
      if run.end < merged.start || run.start > merged.end {
        kept.append(run)
        continue
      }
      if run.start < merged.start {
        merged.values.insert(contentsOf: run.values.prefix(merged.start - run.start), at: 0)
        merged.start = run.start
      }
      if run.end > merged.end { merged.values.append(contentsOf: run.values.suffix(run.end - merged.end)) }
    }
    kept.append(merged)
    runs = kept.sorted { $0.start < $1.start }
  }

  /// Takes addresses away.
  mutating func undefine(_ range: Range<Int>) {
    var kept: [Run] = []
    for run in runs {
      if run.end <= range.lowerBound || run.start >= range.upperBound {
        kept.append(run)
        continue
      }
      if run.start < range.lowerBound {
        kept.append(Run(start: run.start, values: Array(run.values.prefix(range.lowerBound - run.start))))
      }
      if run.end > range.upperBound {
        kept.append(Run(start: range.upperBound, values: Array(run.values.suffix(run.end - range.upperBound))))
      }
    }
    runs = kept
  }
}
