package import JSON

/// A set of fields of an object, as a tree.
///
/// A field that is in the set says nothing of the fields below it.
package struct FieldSet: Sendable, Hashable {
  /// Whether the field at this place of the tree is in the set.
  package var isMember: Bool
  /// What is below.
  package var children: [PathElement: FieldSet]

  package init(isMember: Bool = false, children: [PathElement: FieldSet] = [:]) {
    self.isMember = isMember
    self.children = children
  }

  /// One field without anything below it.
  package static let leaf = FieldSet(isMember: true)

  package var isEmpty: Bool { !isMember && children.isEmpty }

  package subscript(element: PathElement) -> FieldSet? {
    get { children[element] }
    set { children[element] = newValue.flatMap { $0.isEmpty ? nil : $0 } }
  }

  /// The fields that are in either.
  package func union(_ other: FieldSet) -> FieldSet {
    FieldSet(isMember: isMember || other.isMember, children: children.merging(other.children) { $0.union($1) })
  }

  /// The fields that aren't in the other.
  package func subtracting(_ other: FieldSet) -> FieldSet {
    var result = FieldSet(isMember: isMember && !other.isMember)
    for (element, child) in children { result[element] = other.children[element].map { child.subtracting($0) } ?? child }
    return result
  }

  /// The fields that are in both.
  package func intersection(_ other: FieldSet) -> FieldSet {
    var result = FieldSet(isMember: isMember && other.isMember)
    for (element, child) in children { result[element] = other.children[element].map { child.intersection($0) } }
    return result
  }

  /// The fields that have none of the set below them.
  var leaves: FieldSet { children.isEmpty ? self : FieldSet(children: children.mapValues(\.leaves)) }

  /// The way to every field of the set, in the order of `fieldsV1`.
  package var places: [String] {
    var places: [String] = []
    gather("", into: &places)
    return places
  }

  private func gather(_ place: String, into places: inout [String]) {
    // Fields of one level come before those below them, as structured-merge-diff lists them.
    let sorted = children.sorted { $0.key.text < $1.key.text }
    for (element, child) in sorted where child.isMember { places.append(place + element.place) }
    for (element, child) in sorted where !child.children.isEmpty { child.gather(place + element.place, into: &places) }
  }

  // MARK: fieldsV1

  /// As `fieldsV1` of an object's `managedFields`.
  package var json: JSONValue {
    var members = children.sorted { $0.key.text < $1.key.text }.map { ($0.key.text, $0.value.json) }
    if isMember, !members.isEmpty { members.insert((".", [:]), at: 0) }
    return .object(JSONObject(members))
  }

  /// Reads `fieldsV1`; `nil` when it is nothing of the kind.
  package init?(_ json: JSONValue) {
    guard let set = Self.read(json) else { return nil }
    self = FieldSet(children: set.children)
  }

  private static func read(_ json: JSONValue) -> FieldSet? {
    guard let members = json.object else { return nil }
    var set = FieldSet(isMember: members.isEmpty)
    for (text, below) in members {
      if text == "." {
        set.isMember = true
      } else {
        guard let element = PathElement(text), let child = read(below) else { return nil }
        set.children[element] = child
      }
    }
    return set
  }
}
