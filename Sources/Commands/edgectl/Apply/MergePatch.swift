import JSON

/// JSON merge patches (RFC 7386).
enum MergePatch {
  /// The patch that brings an object from what it is to what was applied now, as kubectl's client-side apply makes it:
  /// everything applied is set, and what was applied last time and isn't any more is removed. What others added stays.
  ///
  /// - Parameters:
  ///   - original: What was applied last time.
  ///   - modified: What is applied now.
  ///   - current: What the server has.
  /// - Returns: The patch; an empty object when nothing differs.
  static func threeWay(original: JSONValue?, modified: JSONValue, current: JSONValue) -> JSONValue {
    let changes = keepingChanges(difference(from: current, to: modified)) ?? [:]
    // What isn't there any more needn't be removed, so that the patch of an unchanged object is empty.
    let deletions = keepingDeletions(difference(from: original ?? [:], to: modified), of: current) ?? [:]
    return merging(deletions, changes)
  }

  /// The patch from one document to another; members equal in both are left out.
  static func difference(from old: JSONValue, to new: JSONValue) -> JSONValue {
    guard let old = old.object, let new = new.object else { return new }
    var patch = JSONObject()
    for (key, value) in new {
      guard let before = old[key] else {
        patch[key] = value
        continue
      }
      if before == value { continue }
      patch[key] = before.object != nil && value.object != nil ? difference(from: before, to: value) : value
    }
    for key in old.keys where new[key] == nil { patch[key] = .null }
    return .object(patch)
  }

  /// The document as a patch leaves it.
  static func applied(_ patch: JSONValue, to document: JSONValue) -> JSONValue {
    guard let members = patch.object else { return patch }
    var result = document.object ?? [:]
    for (key, value) in members { result[key] = value.isNull ? nil : applied(value, to: result[key] ?? .null) }
    return .object(result)
  }

  private static func keepingChanges(_ patch: JSONValue) -> JSONValue? {
    guard let members = patch.object else { return patch.isNull ? nil : patch }
    if members.isEmpty { return patch }
    let kept = members.compactMap { member in keepingChanges(member.value).map { (member.key, $0) } }
    return kept.isEmpty ? nil : .object(JSONObject(kept))
  }

  private static func keepingDeletions(_ patch: JSONValue, of current: JSONValue?) -> JSONValue? {
    guard let current else { return nil }
    guard let members = patch.object else { return patch.isNull ? .null : nil }
    let kept = members.compactMap { member in
      keepingDeletions(member.value, of: current[member.key]).map { (member.key, $0) }
    }
    return kept.isEmpty ? nil : .object(JSONObject(kept))
  }

  private static func merging(_ first: JSONValue, _ second: JSONValue) -> JSONValue {
    guard var result = first.object, let second = second.object else { return second }
    for (key, value) in second { result[key] = result[key].map { merging($0, value) } ?? value }
    return .object(result)
  }
}
