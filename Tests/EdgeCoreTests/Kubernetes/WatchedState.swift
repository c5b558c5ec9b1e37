import EdgeCore
import JSON

/// What a watcher knows: a list, and what events made of it.
struct WatchedState {
  private(set) var objects: [String: JSONValue] = [:]
  private(set) var revision: Int64
  /// What can't be: an event that came twice, too late, or for an object it doesn't fit.
  private(set) var complaints: [String] = []

  init(_ objects: [ServedObject], revision: Int64) {
    self.revision = revision
    for object in objects { self.objects[Self.name(object)] = Self.text(object) }
  }

  private static func name(_ object: ServedObject) -> String { "\(object.stored.key.namespace)/\(object.stored.key.name)" }

  private static func text(_ object: ServedObject) -> JSONValue { ObjectView.json(object, in: .v1beta1) }

  mutating func apply(_ message: WatchMessage) {
    switch message {
    case .bookmark(let reached):
      if reached < revision { complaints.append("a bookmark at \(reached) after \(revision)") }
      revision = reached
    case .event(let event):
      let name = Self.name(event.object)
      if event.resourceVersion <= revision { complaints.append("\(event.change) of \(name) at \(event.resourceVersion) after \(revision)") }
      revision = event.resourceVersion
      if (event.change == .added) == (objects[name] != nil) {
        complaints.append("\(event.change) of \(name), which was \(objects[name] == nil ? "not " : "")there, at \(revision)")
      }
      objects[name] = event.change == .deleted ? nil : Self.text(event.object)
    }
  }

  /// In what this differs from a list.
  func differences(from list: WatchedState) -> [String] {
    Set(objects.keys).union(list.objects.keys).sorted().compactMap { name in
      guard objects[name] != list.objects[name] else { return nil }
      return "\(name): \(objects[name]?.text ?? "gone"), listed: \(list.objects[name]?.text ?? "gone")"
    }
  }
}
