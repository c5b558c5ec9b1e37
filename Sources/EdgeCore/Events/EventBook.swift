import JSON

/// Which Events there are, so that the oldest can make room: a device that fails all the time must not fill the disk.
package struct EventBook: Sendable {
  /// What Events are about.
  package struct Subject: Sendable, Hashable {
    package var kind: String
    package var namespace: String
    package var name: String
  }

  private struct Entry {
    let subject: Subject
    /// The revision of its last change.
    let resourceVersion: Int64
  }

  /// Events that are kept about one object, and about all together.
  package let limits: (perSubject: Int, total: Int)
  private var entries: [ObjectKey: Entry] = [:]
  private var keys: [Subject: Set<ObjectKey>] = [:]
  private var superseded: [ObjectKey] = []

  package init(perSubject: Int = 100, total: Int = 2_000) { limits = (perSubject, total) }

  package var count: Int { entries.count }

  /// Takes an object that was stored; what isn't an Event is passed over.
  package mutating func put(_ object: StoredObject) {
    guard object.key.kind == .event else { return }
    remove(object.key)
    let subject = object.eventSubject
    entries[object.key] = Entry(subject: subject, resourceVersion: object.resourceVersion)
    keys[subject, default: []].insert(object.key)
    if let all = keys[subject], all.count > limits.perSubject { supersede(oldest(of: all)) }
    if entries.count > limits.total { supersede(oldest(of: entries.keys)) }
  }

  /// Forgets an object that was deleted.
  package mutating func remove(_ key: ObjectKey) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    keys[entry.subject]?.remove(key)
    if keys[entry.subject]?.isEmpty == true { keys[entry.subject] = nil }
  }

  /// The Events that have to go since this was asked last.
  package mutating func takeSuperseded() -> [ObjectKey] {
    defer { superseded = [] }
    return superseded
  }

  private func oldest(of keys: some Sequence<ObjectKey>) -> ObjectKey? {
    keys.min { (entries[$0]?.resourceVersion ?? 0) < (entries[$1]?.resourceVersion ?? 0) }
  }

  private mutating func supersede(_ key: ObjectKey?) {
    guard let key else { return }
    remove(key)
    superseded.append(key)
  }
}

extension StoredObject {
  /// What an Event is about.
  var eventSubject: EventBook.Subject {
    EventBook.Subject(
      kind: field("involvedObject.kind"), namespace: field("involvedObject.namespace"), name: field("involvedObject.name"))
  }
}
