package import DeviceAPI
package import JSON

/// What an applied configuration makes of an object.
package enum ObjectMerge {
  /// The object with everything that the configuration says, and what it doesn't say as it was.
  package static func merge(_ configuration: JSONValue, into live: JSONValue, _ schema: Schema?) -> JSONValue {
    let (old, new) = (FieldShape(of: live, schema), FieldShape(of: configuration, schema))
    switch (old, new) {
    case (.members, .members), (.set, .set), (.items, .items): break
    default: return configuration
    }
    let (before, wanted) = (old.parts(of: live), new.parts(of: configuration))
    var beforeByElement: [PathElement: JSONValue] = [:]
    for part in before { beforeByElement[part.element] = part.value }
    let merged = order(before.map(\.element), wanted.map(\.element)).map { place -> (element: PathElement, value: JSONValue) in
      switch place {
      case .live(let index): return (before[index].element, before[index].value)
      case .wanted(let index):
        let part = wanted[index]
        return (part.element, beforeByElement[part.element].map { merge(part.value, into: $0, part.schema) } ?? part.value)
      }
    }
    return new.assemble(merged)
  }

  private enum Place {
    case live(Int)
    case wanted(Int)
  }

  /// The order of a merged list: the applied items in their order, and before each that was there already those others that were before it.
  ///
  /// So Kubernetes orders them (structured-merge-diff since version 6).
  private static func order(_ live: [PathElement], _ wanted: [PathElement]) -> [Place] {
    let (isLive, isWanted) = (Set(live), Set(wanted))
    var shared = wanted.filter(isLive.contains)[...]
    var places: [Place] = []
    var (next, applied) = (0, 0)
    while next < live.count || applied < wanted.count {
      let old = next < live.count ? live[next] : nil
      if let old, applied < wanted.count, old == wanted[applied] {
        places.append(.wanted(applied))
        (next, applied, shared) = (next + 1, applied + 1, shared.dropFirst())
      } else if let old, !isWanted.contains(old) {
        places.append(.live(next))
        next += 1
      } else if old != nil, old != shared.first {
        // It was taken already, or comes with a later applied one.
        next += 1
      } else if applied < wanted.count {
        if wanted[applied] == shared.first { shared = shared.dropFirst() }
        places.append(.wanted(applied))
        applied += 1
      } else {
        next += 1
      }
    }
    return places
  }

  /// The object without what its applier once set and nobody sets any more.
  ///
  /// A field stays for the sake of what others set below it; an item of a list, or an entry of a map, only if others set it as a whole,
  /// for a part of an item is nothing by itself. One that stays keeps the fields by which it is known.
  ///
  /// - Parameters:
  ///   - dropped: What the applier set before.
  ///   - kept: What it, or anybody else, sets now.
  ///   - keepsParts: Whether items and entries stay for the sake of what is below them too.
  package static func prune(
    _ object: JSONValue, dropped: FieldSet, kept: FieldSet, _ schema: Schema?, keepsParts: Bool = false
  ) -> JSONValue {
    let shape = FieldShape(of: object, schema)
    var remaining: [(element: PathElement, value: JSONValue)] = []
    for part in shape.parts(of: object) {
      guard let gone = dropped[part.element] else {
        remaining.append((part.element, part.value))
        continue
      }
      let owned = kept[part.element]
      let isHeld = keepsParts || shape.isField(part.element) ? owned != nil : owned?.isMember == true
      if gone.isMember, !isHeld { continue }
      guard !gone.children.isEmpty else {
        remaining.append((part.element, part.value))
        continue
      }
      var below = prune(part.value, dropped: gone, kept: owned ?? FieldSet(), part.schema, keepsParts: keepsParts)
      let isEmptied = (below.object?.isEmpty ?? false || below.array?.isEmpty ?? false) && below != part.value
      if isEmptied, owned == nil { continue }
      if below.object != nil, owned != nil {
        for name in shape.keys where below[name] == nil { below[name] = part.value[name] }
      }
      remaining.append((part.element, below))
    }
    if case .leaf = shape { return object }
    return shape.assemble(remaining)
  }
}

extension FieldShape {
  /// The fields by which a list's items are known.
  fileprivate var keys: [String] {
    if case .items(let keys, _) = self { keys } else { [] }
  }

  /// Whether a part is a field that the schema names.
  fileprivate func isField(_ element: PathElement) -> Bool {
    if case .members(let known, _) = self, case .field(let name) = element { known[name] != nil } else { false }
  }
}
