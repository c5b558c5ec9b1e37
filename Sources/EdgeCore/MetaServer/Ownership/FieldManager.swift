package import DeviceAPI
package import JSON

/// Keeps the account of who set what through one write of an object.
///
/// The rules are structured-merge-diff's: a change makes the field its author's alone; what is applied is shared with whoever applies
/// the same value, and conflicts with whoever set another.
package struct FieldManager: Sendable {
  /// The client.
  package var manager: String
  package var operation: ManagedFields.Operation
  /// The version of the request.
  package var version: ObjectVersion
  /// `status`, for a write of that; else empty.
  package var subresource: String
  package var schema: Schema
  package var now: Int64

  /// Update entries that an object keeps apart; the oldest beyond are thrown together.
  private static let maximumUpdaters = 10
  /// The manager of what was thrown together, as Kubernetes names it.
  private static let ancient = "ancient-changes"
  /// The manager of what was there before anything was applied to an object without an account, as Kubernetes names it.
  private static let beforeFirstApply = "before-first-apply"

  /// The object of one version in another; `nil` when there is no such version.
  package typealias Converter = (_ object: JSONValue, _ from: String, _ to: String) -> (object: JSONValue, schema: Schema)?

  /// What keeps a client from applying a field: another manager set it to something else.
  package struct Conflict: Error {
    package struct Field: Sendable, Hashable {
      package var manager: String
      package var operation: ManagedFields.Operation
      package var apiVersion: String
      package var place: String
    }
    package var fields: [Field]
  }

  private var identity: ManagedFields.Entry {
    ManagedFields.Entry(
      manager: manager, operation: operation, apiVersion: version.groupVersion, time: now, subresource: subresource, fields: FieldSet())
  }

  // MARK: Updates

  /// The account after an object was changed, by anything but an apply.
  package func updated(_ managed: ManagedFields, from before: JSONValue, to after: JSONValue, convert: Converter) -> ManagedFields {
    var entries = taken(from: managed.entries, before, after, convert).entries
    let changes = FieldChanges(from: before, to: after, schema)
    let index = entries.firstIndex { $0.isSame(as: identity) }
    let own = index.map { entries[$0].fields.set } ?? FieldSet()
    let now = own.union(changes.modified).union(changes.added).subtracting(changes.removed)
    set(now, at: index, in: &entries)
    cap(&entries)
    return ManagedFields(entries)
  }

  // MARK: Apply

  /// The object and its account after a configuration was applied to it.
  ///
  /// - Throws: ``Conflict`` when others set fields to other values, unless `force` takes them.
  package func apply(
    _ configuration: JSONValue, to live: JSONValue, _ managed: ManagedFields, force: Bool, convert: Converter
  ) throws(Conflict) -> (object: JSONValue, managed: ManagedFields) {
    var managed = managed
    if managed.isEmpty, live.object?.isEmpty == false {
      var entry = identity
      (entry.manager, entry.operation) = (Self.beforeFirstApply, .update)
      entry.fields = OwnedFields(FieldChanges(from: [:], to: live, schema).added.withoutMetadataItself)
      if !entry.fields.set.isEmpty { managed.entries.append(entry) }
    }
    let wanted = FieldSet(of: configuration, schema)
    let index = managed.entries.firstIndex { $0.isSame(as: identity) }
    var merged = ObjectMerge.merge(configuration, into: live, schema)
    if let index {
      let previous = managed.entries[index]
      var kept = wanted
      for (other, entry) in managed.entries.enumerated() where other != index {
        if entry.apiVersion == version.groupVersion {
          kept = kept.union(entry.fields.set)
        } else {
          // Whatever a client of another version has can't be compared name by name: it keeps what would be gone without its fields.
          guard let converted = convert(merged, version.groupVersion, entry.apiVersion) else { continue }
          kept = kept.union(translated(entry.fields.set, converted, entry.apiVersion, convert))
        }
      }
      var dropped = previous.fields.set
      if previous.apiVersion != version.groupVersion, let converted = convert(live, version.groupVersion, previous.apiVersion) {
        dropped = translated(dropped, converted, previous.apiVersion, convert)
      }
      merged = ObjectMerge.prune(merged, dropped: dropped, kept: kept, schema)
    }
    var others = managed.entries
    if let index { others.remove(at: index) }
    let result = taken(from: others, live, merged, convert)
    if !force, !result.conflicts.isEmpty { throw Conflict(fields: result.conflicts) }

    // In the place it had.
    var entries = managed.entries.compactMap { entry -> ManagedFields.Entry? in
      entry.isSame(as: identity) ? entry : result.entries.first { $0.isSame(as: entry) && $0.apiVersion == entry.apiVersion }
    }
    set(wanted, at: entries.firstIndex { $0.isSame(as: identity) }, in: &entries)
    return (merged, ManagedFields(entries))
  }

  /// A set of another version's fields in the words of this one: what of an object is there only because of them.
  private func translated(
    _ fields: FieldSet, _ object: (object: JSONValue, schema: Schema), _ apiVersion: String, _ convert: Converter
  ) -> FieldSet {
    let own = version.groupVersion
    // Not what is below, which others set.
    let rest = FieldSet.all(of: object.object, object.schema).leaves.subtracting(fields)
    let without = ObjectMerge.prune(object.object, dropped: fields, kept: rest, object.schema, keepsParts: true)
    guard let all = convert(object.object, apiVersion, own), let rest = convert(without, apiVersion, own) else { return FieldSet() }
    return FieldChanges(from: rest.object, to: all.object, schema).added
  }

  // MARK: Parts

  /// The entries without what was changed under their hands, and which fields those are.
  private func taken(
    from entries: [ManagedFields.Entry], _ before: JSONValue, _ after: JSONValue, _ convert: Converter
  ) -> (entries: [ManagedFields.Entry], conflicts: [Conflict.Field]) {
    var changes: [String: FieldChanges] = [version.groupVersion: FieldChanges(from: before, to: after, schema)]
    var kept: [ManagedFields.Entry] = []
    var conflicts: [Conflict.Field] = []
    for var entry in entries {
      if changes[entry.apiVersion] == nil {
        guard let old = convert(before, version.groupVersion, entry.apiVersion),
          let new = convert(after, version.groupVersion, entry.apiVersion)
        else { continue }
        changes[entry.apiVersion] = FieldChanges(from: old.object, to: new.object, old.schema)
      }
      guard let change = changes[entry.apiVersion] else { continue }
      if !entry.isSame(as: identity) {
        let lost = entry.fields.set.intersection(change.modified.union(change.added))
        for place in lost.places {
          conflicts.append(
            Conflict.Field(manager: entry.manager, operation: entry.operation, apiVersion: entry.apiVersion, place: place))
        }
        let remaining = entry.fields.set.subtracting(lost).subtracting(change.removed)
        if remaining != entry.fields.set { entry.fields = OwnedFields(remaining) }
      }
      if !entry.fields.set.isEmpty { kept.append(entry) }
    }
    return (kept, conflicts)
  }

  private func set(_ owned: FieldSet, at index: Int?, in entries: inout [ManagedFields.Entry]) {
    let fields = owned.withoutMetadataItself
    guard let index else {
      guard !fields.isEmpty else { return }
      var entry = identity
      entry.fields = OwnedFields(fields)
      entries.append(entry)
      return
    }
    if fields.isEmpty {
      entries.remove(at: index)
    } else if entries[index].fields.set != fields || entries[index].apiVersion != version.groupVersion {
      entries[index].fields = OwnedFields(fields)
      entries[index].apiVersion = version.groupVersion
      entries[index].time = now
    }
  }

  /// Throws the oldest of too many updaters together, by version.
  private func cap(_ entries: inout [ManagedFields.Entry]) {
    var updaters = entries.indices.filter { entries[$0].operation == .update }.sorted { entries[$0].time < entries[$1].time }
    guard updaters.count > Self.maximumUpdaters else { return }
    var gone: Set<Int> = []
    while updaters.count > Self.maximumUpdaters, let oldest = updaters.first {
      let apiVersion = entries[oldest].apiVersion
      guard
        let next = updaters.dropFirst().first(where: {
          entries[$0].apiVersion == apiVersion && entries[$0].subresource == entries[oldest].subresource
        })
      else {
        updaters.removeFirst()
        continue
      }
      entries[next].fields = OwnedFields(entries[next].fields.set.union(entries[oldest].fields.set))
      entries[next].manager = Self.ancient
      gone.insert(oldest)
      updaters.removeFirst()
    }
    entries = entries.indices.filter { !gone.contains($0) }.map { entries[$0] }
  }
}

extension FieldSet {
  /// The metadata belong to the server; clients own what is in them.
  fileprivate var withoutMetadataItself: FieldSet {
    var set = self
    if var metadata = set[.field("metadata")], metadata.isMember {
      metadata.isMember = false
      set[.field("metadata")] = metadata
    }
    return set
  }
}
