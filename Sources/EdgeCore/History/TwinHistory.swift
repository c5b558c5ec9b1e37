package import TwinProtocol

/// The recent changes of devices' values, in memory: for as long as they are young enough, and within so many bytes overall.
///
/// When it gets too large the devices with most to tell lose their oldest changes first, so that a busy device costs the quiet
/// ones nothing.
package struct TwinHistory: Sendable {
  /// Milliseconds that a change is kept.
  private let retention: Int64
  /// Bytes that all changes may take.
  private let maximumBytes: Int
  private var logs: [DeviceID: ChangeLog] = [:]
  /// Bytes that all changes take.
  package private(set) var bytes = 0

  /// - Parameters:
  ///   - retention: Milliseconds that a change is kept.
  ///   - maximumBytes: Bytes that all changes may take; 0 keeps none.
  package init(retention: Int64 = 3_600_000, maximumBytes: Int = 4 << 20) {
    self.retention = retention
    self.maximumBytes = maximumBytes
  }

  /// Keeps a change.
  ///
  /// - Parameter uptime: Milliseconds of a clock that never goes back.
  package mutating func record(_ change: ValueChange, of id: DeviceID, uptime: Int64) {
    guard maximumBytes > 0, retention > 0 else { return }
    let before = logs[id]?.count ?? 0
    logs[id, default: ChangeLog()].append(change, uptime: uptime)
    logs[id]?.dropAll(before: uptime - retention)
    bytes += (logs[id]?.count ?? 0) - before
    if bytes > maximumBytes { shrink() }
  }

  /// A device is gone.
  package mutating func forget(_ id: DeviceID) { bytes -= logs.removeValue(forKey: id)?.count ?? 0 }

  /// The changes of a device, the oldest first.
  package func changes(of id: DeviceID, uptime: Int64) -> [ValueChange] {
    logs[id]?.changes(since: uptime - retention) ?? []
  }

  /// Brings everything down to seven eighths of what is allowed, so that this is rare.
  private mutating func shrink() {
    let room = maximumBytes / 8 * 7
    let share = Self.share(of: room, among: logs.values.map(\.count))
    for (id, log) in logs where log.count > share {
      logs[id]?.dropOldest(downTo: share)
      let left = logs[id]?.count ?? 0
      bytes += left - log.count
      if left == 0 { logs[id] = nil }
    }
  }

  /// How many bytes each may have at most so that all together fit.
  private static func share(of room: Int, among sizes: [Int]) -> Int {
    var (rest, left) = (room, sizes.count)
    for size in sizes.sorted() {
      if size > rest / max(left, 1) { return rest / max(left, 1) }
      rest -= size
      left -= 1
    }
    return room
  }
}
