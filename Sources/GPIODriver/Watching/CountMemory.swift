internal import MapperSDK
internal import Synchronization

/// Keeps counts while their chip is away.
final class CountMemory: Sendable {
  private struct Entry {
    var lines: [LineName]
    var count: Int64
  }

  private let entries = Mutex<[PointName: Entry]>([:])

  /// Keeps a count.
  func keep(_ count: Int64, of point: GPIOPoint) {
    entries.withLock { $0[PointName(point)] = Entry(lines: point.visitor.lines, count: count) }
  }

  /// Takes back what was kept of a point on the same lines.
  func take(_ point: GPIOPoint) -> Int64? {
    let entry = entries.withLock { $0.removeValue(forKey: PointName(point)) }
    return entry?.lines == point.visitor.lines ? entry?.count : nil
  }
}
