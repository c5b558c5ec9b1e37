import JSON
import Synchronization

/// A change of an object, as watchers are told.
package struct WatchEvent: Sendable {
  package enum Change: String, Sendable {
    case added = "ADDED"
    case modified = "MODIFIED"
    case deleted = "DELETED"
  }

  package var change: Change
  /// The object after the change; before it, with the change's revision, for a deletion.
  package var object: ServedObject
  /// What was applied before the change, for watchers whose selector it left.
  package var previous: StoredObject?
  /// Whether nothing but the status moved.
  package var isStatusOnly: Bool
  /// About how many bytes what was applied takes; a status that moved on takes none, as its object is shared with what is served.
  package private(set) var weight = 0
  /// The event's text by format, written once for however many watch.
  package private(set) var encodings = EncodingCache()

  package var resourceVersion: Int64 { object.resourceVersion }

  package init(change: Change, object: ServedObject, previous: StoredObject?, isStatusOnly: Bool) {
    self.change = change
    self.object = object
    self.previous = previous
    self.isStatusOnly = isStatusOnly
  }

  /// The event with its weight, which is counted once for however many watch.
  package var weighed: WatchEvent {
    guard !isStatusOnly else { return self }
    var copy = self
    copy.weight = object.stored.content.weight
    return copy
  }

  /// The event without the texts made for those who watch now.
  var forHistory: WatchEvent {
    var copy = self
    copy.encodings = EncodingCache()
    return copy
  }
}

/// What a watcher is told.
package enum WatchMessage: Sendable {
  case event(WatchEvent)
  /// Everything up to this revision was told.
  case bookmark(Int64)
}

/// Texts by name, each made once.
package final class EncodingCache: Sendable {
  private let texts = Mutex<[String: [UInt8]]>([:])

  /// Others that want the same text meanwhile wait for it: it would take them as long to make it too.
  package func text(for format: String, make: () -> [UInt8]) -> [UInt8] {
    texts.withLock { texts in
      if let text = texts[format] { return text }
      let text = make()
      texts[format] = text
      return text
    }
  }
}

/// Which objects a watcher, or a list, wants.
package struct ObjectSelection: Sendable {
  package var kind: ObjectKind
  /// All namespaces when `nil`.
  package var namespace: String?
  package var fields: FieldSelector
  package var labels: LabelSelector
  /// Leaves out changes of the status alone.
  package var isSpecOnly: Bool

  package init(
    kind: ObjectKind, namespace: String? = nil, fields: FieldSelector = FieldSelector(), labels: LabelSelector = LabelSelector(),
    isSpecOnly: Bool = false
  ) {
    self.kind = kind
    self.namespace = namespace
    self.fields = fields
    self.labels = labels
    self.isSpecOnly = isSpecOnly
  }

  package func includes(_ object: StoredObject) -> Bool {
    object.key.kind == kind.source && (namespace == nil || object.key.namespace == namespace)
      && (labels.isEmpty || labels.matches(object.labels)) && (fields.isEmpty || fields.matches(object.field))
  }

  /// The event as somebody with this selection sees it: an object that enters it is added, one that leaves it deleted.
  package func view(of event: WatchEvent) -> WatchEvent? {
    guard event.object.stored.key.kind == kind.source, !(isSpecOnly && event.isStatusOnly) else { return nil }
    let isIn = includes(event.object.stored)
    let wasIn = event.previous.map(includes) ?? false
    switch (event.change, wasIn, isIn) {
    case (.modified, false, true): return event.with(.added)
    case (.modified, true, false):
      var left = event.object
      left.stored = event.previous ?? left.stored
      var deleted = event.with(.deleted)
      deleted.object = left
      deleted.previous = nil
      return deleted
    case (_, _, true): return event
    default: return nil
    }
  }
}

extension WatchEvent {
  fileprivate func with(_ change: Change) -> WatchEvent {
    var event = WatchEvent(change: change, object: object, previous: previous, isStatusOnly: false)
    event.weight = weight
    return event
  }
}

extension StoredObject {
  /// The node a Device belongs to.
  package var nodeName: String? {
    if let name = content.at("spec", "nodeName")?.string { return name }
    let term = content.at("spec", "nodeSelector")?["nodeSelectorTerms"]?[0]
    return term?["matchExpressions"]?[0]?["values"]?[0]?.string
  }
}
