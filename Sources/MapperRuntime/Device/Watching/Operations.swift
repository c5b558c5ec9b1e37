internal import Synchronization

/// Numbers what is done on a bus, in order: reads, writes and events of a device meet again elsewhere, and what is old must
/// not be taken for new.
final class Operations: Sendable {
  private let last = Atomic<UInt64>(0)

  /// The next number.
  func next() -> UInt64 { last.add(1, ordering: .sequentiallyConsistent).newValue }

  /// The number given last.
  var current: UInt64 { last.load(ordering: .sequentiallyConsistent) }
}
