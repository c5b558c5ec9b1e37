/// The objects of lists that clients haven't read to their ends, as they were when the lists began.
package struct ListSnapshots: Sendable {
  private struct Snapshot {
    let kind: ObjectKind
    let resourceVersion: Int64
    let objects: [ServedObject]
    var until: Int64
  }

  /// How many lists are kept.
  private let capacity: Int
  /// Milliseconds that a list is kept after it was read from last: as long as etcd keeps old revisions.
  private let age: Int64
  private var snapshots: [Snapshot] = []

  package init(capacity: Int = 8, age: Int64 = 300_000) {
    self.capacity = capacity
    self.age = age
  }

  /// Keeps all objects of a kind at a revision.
  package mutating func keep(_ objects: @autoclosure () -> [ServedObject], of kind: ObjectKind, at resourceVersion: Int64, uptime: Int64) {
    snapshots.removeAll { $0.until < uptime }
    if snapshots.contains(where: { $0.kind == kind && $0.resourceVersion == resourceVersion }) { return }
    if snapshots.count == capacity { snapshots.removeFirst() }
    snapshots.append(Snapshot(kind: kind, resourceVersion: resourceVersion, objects: objects(), until: uptime + age))
  }

  /// The objects of a kind at a revision; `nil` when they aren't kept any more.
  package mutating func objects(of kind: ObjectKind, at resourceVersion: Int64, uptime: Int64) -> [ServedObject]? {
    snapshots.removeAll { $0.until < uptime }
    guard let index = snapshots.firstIndex(where: { $0.kind == kind && $0.resourceVersion == resourceVersion }) else { return nil }
    var snapshot = snapshots.remove(at: index)
    snapshot.until = uptime + age
    snapshots.append(snapshot)
    return snapshot.objects
  }
}

/// A part of a list.
package struct ListPage: Sendable {
  package var objects: [ServedObject]
  /// The revision of the list.
  package var resourceVersion: Int64
  /// Where the rest begins; `nil` when there is none.
  package var next: ContinueToken?
  /// How many objects the rest has; `nil` when nobody counted.
  package var remaining: Int?
}

/// Why a list can't be given.
package enum ListFailure: Error, Sendable {
  /// The state asked for isn't kept any more; what goes on from the same place in the state there is now.
  case expired(ContinueToken?)
  /// The state asked for isn't there yet.
  case tooNew(current: Int64)
}
