extension MetaManager {
  /// A part of a list.
  ///
  /// - Throws: ``ListFailure``.
  package func page(_ selection: ObjectSelection, _ options: ListOptions) throws(ListFailure) -> ListPage {
    let kind = selection.kind.source
    var revision = state.lastResourceVersion
    var all: [ServedObject]?
    let wanted: Int64? =
      if let next = options.next { next.resourceVersion } else if case .exact(let exact) = options.match { exact } else { nil }
    if case .notOlderThan(let least) = options.match, least > revision { throw .tooNew(current: revision) }
    if let wanted, wanted > revision { throw .tooNew(current: revision) }
    if let wanted, wanted != revision {
      all = snapshots.objects(of: kind, at: wanted, uptime: clock.uptime)
      if all == nil {
        var fresh = options.next
        fresh?.resourceVersion = nil
        throw .expired(fresh)
      }
      revision = wanted
    }
    var selected: [ServedObject]
    if let all {
      selected = all.filter { selection.includes($0.stored) }
    } else {
      selected = list(selection).objects
    }
    if let next = options.next { selected.removeFirst(selected.prefix { !next.precedes($0.stored.key) }.count) }
    guard let limit = options.limit, selected.count > limit else { return ListPage(objects: selected, resourceVersion: revision) }
    let isInconsistent = options.next != nil && options.next?.resourceVersion == nil
    let rest = selected.count - limit
    selected.removeLast(rest)
    snapshots.keep(list(ObjectSelection(kind: kind)).objects, of: kind, at: revision, uptime: clock.uptime)
    let next = selected.last.map { ContinueToken(resourceVersion: isInconsistent ? nil : revision, after: $0.stored.key) }
    let isCounted = selection.labels.isEmpty && selection.fields.isEmpty
    return ListPage(objects: selected, resourceVersion: revision, next: next, remaining: isCounted ? rest : nil)
  }
}
