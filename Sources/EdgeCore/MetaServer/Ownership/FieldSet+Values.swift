package import DeviceAPI
package import JSON

extension FieldSet {
  /// The fields that a value sets, as somebody who applies it owns them.
  package init(of value: JSONValue, _ schema: Schema?) {
    self = Self.applied(value, schema)
    isMember = false
  }

  private static func applied(_ value: JSONValue, _ schema: Schema?) -> FieldSet {
    let shape = FieldShape(of: value, schema)
    if case .leaf = shape { return .leaf }
    var set = FieldSet()
    for part in shape.parts(of: value) {
      var child = applied(part.value, part.schema)
      switch shape {
      case .set, .items: child.isMember = true
      // A key of the author's choice is owned besides what is below it, and so is an object without anything.
      case .members(let known, _):
        if case .field(let name) = part.element, known[name] == nil || part.value.object?.isEmpty == true { child.isMember = true }
      case .leaf: break
      }
      set[part.element] = child
    }
    return set
  }

  /// All fields of a value, those with others below them too.
  static func all(of value: JSONValue, _ schema: Schema?) -> FieldSet {
    let shape = FieldShape(of: value, schema)
    var set = FieldSet.leaf
    for part in shape.parts(of: value) { set[part.element] = all(of: part.value, part.schema) }
    return set
  }
}

/// What differs between two revisions of an object.
package struct FieldChanges: Sendable, Hashable {
  package var added = FieldSet()
  package var modified = FieldSet()
  package var removed = FieldSet()

  package init(from before: JSONValue, to after: JSONValue, _ schema: Schema?) {
    (added, modified, removed) = Self.compare(before, after, schema)
  }

  private static func compare(
    _ before: JSONValue, _ after: JSONValue, _ schema: Schema?
  ) -> (added: FieldSet, modified: FieldSet, removed: FieldSet) {
    var (added, modified, removed) = (FieldSet(), FieldSet(), FieldSet())
    let (old, new) = (FieldShape(of: before, schema), FieldShape(of: after, schema))
    switch (old, new) {
    case (.members, .members), (.set, .set), (.items, .items): break
    default:
      guard before != after else { return (added, modified, removed) }
      modified = .leaf
      // What was taken apart before isn't there any more, and what can be now wasn't.
      for part in old.parts(of: before) { removed[part.element] = .all(of: part.value, part.schema) }
      for part in new.parts(of: after) { added[part.element] = .all(of: part.value, part.schema) }
      return (added, modified, removed)
    }
    var rest: [PathElement: JSONValue] = [:]
    for part in old.parts(of: before) { rest[part.element] = part.value }
    var schemas: [PathElement: Schema] = [:]
    for part in old.parts(of: before) { schemas[part.element] = part.schema }
    for part in new.parts(of: after) {
      guard let previous = rest.removeValue(forKey: part.element) else {
        added[part.element] = .all(of: part.value, part.schema)
        continue
      }
      let below = compare(previous, part.value, part.schema)
      added[part.element] = below.added
      modified[part.element] = below.modified
      removed[part.element] = below.removed
    }
    for (element, value) in rest { removed[element] = .all(of: value, schemas[element]) }
    return (added, modified, removed)
  }
}
