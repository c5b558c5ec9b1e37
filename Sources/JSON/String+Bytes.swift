internal import Glibc

extension String {
  /// Whether two texts are the same bytes of UTF-8.
  ///
  /// Swift takes texts that only Unicode's normal forms tell apart for equal; JSON, and whoever wrote it, doesn't.
  package func hasSameBytes(as other: String) -> Bool {
    let (own, others) = (utf8, other.utf8)
    guard own.count == others.count else { return false }
    return Self.compare(own, others) == 0
  }

  /// Whether the text comes first in the order of the bytes of UTF-8, which is that of Unicode's scalars.
  package func precedes(_ other: String) -> Bool { Self.compare(utf8, other.utf8) < 0 }

  private static func compare(_ first: String.UTF8View, _ second: String.UTF8View) -> Int {
    let order = first.withContiguousStorageIfAvailable { first in
      second.withContiguousStorageIfAvailable { second -> Int in
        guard let one = first.baseAddress, let other = second.baseAddress else { return first.count - second.count }
        let order = Int(memcmp(one, other, Swift.min(first.count, second.count)))
        return order == 0 ? first.count - second.count : order
      }
    }
    if case .some(.some(let order)) = order { return order }
    return first.elementsEqual(second) ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
  }
}
