package import JSON

/// A strategic merge patch, as kubectl sends it for kinds of the core group.
///
/// None of the lists in the kinds served here is merged by a key but those of the metadata; all others are replaced.
package enum StrategicPatch {
  package static func apply(_ patch: JSONValue, to value: JSONValue) -> JSONValue { apply(patch, to: value, at: []) }

  private static func apply(_ patch: JSONValue, to value: JSONValue, at path: [String]) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members = changes["$patch"] == "replace" ? JSONObject() : value.object ?? JSONObject()
    for (key, change) in changes where !key.hasPrefix("$") {
      if change.isNull || change["$patch"] == "delete" {
        members[key] = nil
      } else if let elements = change.array {
        members[key] = list(elements, over: members[key]?.array ?? [], at: path + [key])
      } else {
        members[key] = apply(change, to: members[key] ?? .null, at: path + [key])
      }
    }
    for (key, removed) in changes {
      guard key.hasPrefix("$deleteFromPrimitiveList/"), let name = key.split(separator: "/", maxSplits: 1).last.map(String.init) else {
        continue
      }
      members[name] = members[name]?.array.map { .array($0.filter { !(removed.array ?? []).contains($0) }) }
    }
    return .object(members)
  }

  private static func list(_ changes: [JSONValue], over elements: [JSONValue], at path: [String]) -> JSONValue {
    switch path {
    case ["metadata", "finalizers"]: return .array(elements + changes.filter { !elements.contains($0) })
    case ["metadata", "ownerReferences"]:
      var merged = elements
      for change in changes {
        let index = merged.firstIndex { $0["uid"] == change["uid"] }
        switch (index, change["$patch"] == "delete") {
        case (let index?, true): merged.remove(at: index)
        case (let index?, false): merged[index] = apply(change, to: merged[index])
        case (nil, true): break
        case (nil, false): merged.append(change)
        }
      }
      return .array(merged)
    default: return .array(changes)
    }
  }
}
