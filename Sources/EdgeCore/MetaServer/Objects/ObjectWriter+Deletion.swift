import DeviceAPI
import JSON

extension ObjectWriter {
  /// An object after its deletion was asked for.
  package struct Deleted: Sendable {
    package var object: ServedObject
    /// Whether it is gone; else somebody has to agree first.
    package var isGone: Bool
  }

  /// Finalizers that are the server's own: what they stand for is done at once.
  private static let ownFinalizers: Set<String> = [foreground, "orphan", "kubernetes"]
  /// The finalizer of what waits until everything is gone that belongs to it, as Kubernetes names it.
  private static let foreground = "foregroundDeletion"
  private static let defaultNamespace = ObjectKey(kind: .namespace, namespace: "", name: "default")

  /// Deletes an object, or marks it where somebody has to agree first.
  ///
  /// - Throws: ``APIStatus``.
  package func delete(
    _ key: ObjectKey, _ options: DeleteOptions = DeleteOptions(), draft: inout MetaDraft, now: Int64
  ) throws(APIStatus) -> Deleted {
    guard let current = draft.served(key) else { throw .notFound(key) }
    if key == Self.defaultNamespace {
      throw APIStatus(
        403, "Forbidden", "namespaces \"\(key.name)\" is forbidden: this namespace may not be deleted", kind: key.kind.plural,
        name: key.name, group: "")
    }
    if let uid = options.uid, uid != current.stored.uid {
      throw .conflict(
        key,
        "the UID in the precondition (\(uid.prefix(64))) does not match the UID in record (\(current.stored.uid)). "
          + "The object might have been deleted and then recreated")
    }
    // The status moves too often to count, as in an update.
    if let revision = options.resourceVersion,
      !(Int64(revision).map { (current.stored.resourceVersion...current.resourceVersion).contains($0) } ?? false)
    {
      throw .conflict(
        key,
        "the ResourceVersion in the precondition (\(revision.prefix(64))) does not match the ResourceVersion in record "
          + "(\(current.resourceVersion)). The object might have been modified")
    }
    var work = DeletionWork([.delete(key, options.propagation)])
    carryOut(&work, draft: &draft, now: now)
    guard let waiting = draft.object(key) else { return Deleted(object: current, isGone: true) }
    let revision = waiting == current.stored ? current.resourceVersion : waiting.resourceVersion
    return Deleted(object: ServedObject(stored: waiting, twin: current.twin, resourceVersion: revision), isGone: false)
  }

  /// Deletes an object that nobody holds any more, and what goes with it.
  func remove(_ object: StoredObject, draft: inout MetaDraft, now: Int64) {
    var work = DeletionWork([])
    remove(object, &work, draft: &draft, now: now)
    carryOut(&work, draft: &draft, now: now)
  }

  /// Whether nobody has to agree any more to a deletion that was asked for.
  func isReleased(_ object: StoredObject, _ draft: MetaDraft) -> Bool {
    object.deletion != nil && object.finalizers.allSatisfy(Self.ownFinalizers.contains)
      && !(object.key.kind == .namespace && draft.hasObjects(inNamespace: object.key.name))
      && !(object.finalizers.contains(Self.foreground) && draft.hasDependents(object))
  }

  // MARK: One step after the other

  /// Carries out what a deletion entails; owners may own themselves, and chains of them may be of any length.
  private func carryOut(_ work: inout DeletionWork, draft: inout MetaDraft, now: Int64) {
    while let step = work.next() {
      switch step {
      case .delete(let key, let propagation): begin(key, propagation, &work, draft: &draft, now: now)
      case .settle(let key, let propagation): settle(key, propagation, &work, draft: &draft, now: now)
      case .finish(let key):
        guard let object = draft.object(key) else { continue }
        if isReleased(object, draft) {
          remove(object, &work, draft: &draft, now: now)
        } else if object.finalizers.contains(Self.foreground), object.deletion != nil, !draft.hasDependents(object) {
          _ = draft.put(object.withFinalizers(object.finalizers.filter { $0 != Self.foreground }))
        }
      }
    }
  }

  /// Sees to what has to go before an object, or to stay without it.
  private func begin(
    _ key: ObjectKey, _ propagation: DeleteOptions.Propagation, _ work: inout DeletionWork, draft: inout MetaDraft, now: Int64
  ) {
    guard !work.begun.contains(key), let object = draft.object(key) else { return }
    work.begun.insert(key)
    work.add([.settle(key, propagation)])
    if key.kind == .namespace { work.add(draft.keys(inNamespace: key.name).map { .delete($0, .background) }) }
    switch propagation {
    case .background: break
    case .orphan: for dependent in draft.dependents(of: object.uid) { _ = draft.put(dependent.without(owner: object.uid)) }
    case .foreground: release(draft.dependents(of: object.uid), from: object, .foreground, &work, draft: &draft)
    }
  }

  /// Deletes an object, or marks it where somebody has to agree first.
  private func settle(
    _ key: ObjectKey, _ propagation: DeleteOptions.Propagation, _ work: inout DeletionWork, draft: inout MetaDraft, now: Int64
  ) {
    work.begun.remove(key)
    guard let object = draft.object(key) else { return }
    // What is on its way out itself, because of this very object, can't be waited for.
    let isOwner = propagation == .foreground && draft.hasDependents(object) { !work.begun.contains($0) }
    var marked = object
    if isOwner, !object.finalizers.contains(Self.foreground) { marked = object.withFinalizers(object.finalizers + [Self.foreground]) }
    guard
      isOwner || object.finalizers.contains(where: { !Self.ownFinalizers.contains($0) })
        || key.kind == .namespace && draft.hasObjects(inNamespace: key.name)
    else {
      remove(object, &work, draft: &draft, now: now)
      return
    }
    if object.deletion == nil {
      marked.deletion = StoredObject.Deletion(time: now, gracePeriodSeconds: 0)
      marked.generation += 1
      if key.kind == .namespace { marked.content["status"] = ["phase": "Terminating"] }
      draft.note("\(key.kind.rawValue) \(key.path) is to be deleted once \(marked.finalizers.joined(separator: ", ")) agree")
    }
    if marked != object { _ = draft.put(marked) }
  }

  private func remove(_ object: StoredObject, _ work: inout DeletionWork, draft: inout MetaDraft, now: Int64) {
    let key = object.key
    draft.delete(key)
    if key.kind != .event { draft.note("\(key.kind.rawValue) \(key.path) is deleted") }
    if let id = key.deviceID {
      dispatcher.sendMembership(removed: [id], draft: &draft, now: now)
    } else if key.kind == .deviceModel {
      declareDevices(of: key, draft: &draft, now: now)
    }
    // Whoever was waiting for this one looks again once all is done that it brings about.
    var waiting = object.ownerKeys.filter { draft.object($0.key)?.uid == $0.uid }.map(\.key)
    if key.kind.isNamespaced { waiting.append(ObjectKey(kind: .namespace, namespace: "", name: key.namespace)) }
    for owner in waiting where draft.object(owner)?.deletion != nil { work.finishLater(owner) }
    release(draft.dependents(of: object.uid), from: object, .background, &work, draft: &draft)
  }

  /// Has go what belongs to nobody but the owner, and has the rest belong to the others alone.
  private func release(
    _ dependents: [StoredObject], from owner: StoredObject, _ propagation: DeleteOptions.Propagation, _ work: inout DeletionWork,
    draft: inout MetaDraft
  ) {
    var gone: [DeletionWork.Step] = []
    for dependent in dependents.sorted(by: { $0.key < $1.key }) {
      if dependent.owners.contains(where: { $0 != owner.uid }) {
        _ = draft.put(dependent.without(owner: owner.uid))
      } else if dependent.deletion == nil, dependent.key != Self.defaultNamespace {
        gone.append(.delete(dependent.key, propagation))
      }
    }
    work.add(gone)
  }
}

extension StoredObject {
  /// The objects that this one belongs to, as far as its references can be those of objects here.
  fileprivate var ownerKeys: [(key: ObjectKey, uid: String)] {
    (content.at("metadata", "ownerReferences")?.array ?? []).compactMap { owner in
      guard let uid = owner["uid"]?.string, let name = owner["name"]?.string,
        let kind = owner["kind"]?.string.flatMap({ ObjectKind(rawValue: $0) })
      else { return nil }
      return (ObjectKey(kind: kind, namespace: kind.isNamespaced ? key.namespace : "", name: name), uid)
    }
  }

  fileprivate func without(owner uid: String) -> StoredObject {
    var object = self
    let others = (content.at("metadata", "ownerReferences")?.array ?? []).filter { $0["uid"]?.string != uid }
    object.content["metadata"]?["ownerReferences"] = others.isEmpty ? nil : .array(others)
    return object
  }

  fileprivate func withFinalizers(_ finalizers: [String]) -> StoredObject {
    var object = self
    object.content["metadata"]?["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map(JSONValue.string))
    return object
  }
}

extension MetaDraft {
  /// Whether objects are there that belong to this one and say where it is.
  fileprivate func hasDependents(_ owner: StoredObject, _ isCounted: (ObjectKey) -> Bool = { _ in true }) -> Bool {
    containsDependent(of: owner.uid) { dependent in
      dependent.key != owner.key && isCounted(dependent.key)
        && dependent.ownerKeys.contains { $0.uid == owner.uid && $0.key == owner.key }
    }
  }

  /// The objects in a namespace.
  func keys(inNamespace namespace: String) -> [ObjectKey] {
    var keys = Set(base.objects.keys.filter { $0.namespace == namespace && $0.kind.isNamespaced })
    for (key, object) in changes.objects where key.namespace == namespace && key.kind.isNamespaced {
      if object == nil { keys.remove(key) } else { keys.insert(key) }
    }
    return keys.sorted()
  }

  func hasObjects(inNamespace namespace: String) -> Bool {
    for case (let key, _?) in changes.objects where key.namespace == namespace && key.kind.isNamespaced { return true }
    return base.objects.keys.contains { $0.namespace == namespace && $0.kind.isNamespaced && changes.objects[$0] == nil }
  }
}
