package import JSON

/// Who set which fields of an object: its `metadata.managedFields`.
package struct ManagedFields: Sendable, Hashable {
  package enum Operation: String, Sendable {
    /// Server-side apply: whoever applies says all that it wants.
    case apply = "Apply"
    /// Everything else.
    case update = "Update"
  }

  /// One client's fields.
  package struct Entry: Sendable, Hashable {
    package var manager: String
    package var operation: Operation
    /// The group and version in which the fields are named.
    package var apiVersion: String
    /// When they were set last, in milliseconds since 1970.
    package var time: Int64
    /// `status`, when they were set through that; else empty.
    package var subresource: String
    package var fields: OwnedFields

    package init(manager: String, operation: Operation, apiVersion: String, time: Int64, subresource: String = "", fields: FieldSet) {
      self.manager = manager
      self.operation = operation
      self.apiVersion = apiVersion
      self.time = time
      self.subresource = subresource
      self.fields = OwnedFields(fields)
    }

    /// Whether two entries are one client's: an applier is the same in all versions.
    func isSame(as other: Entry) -> Bool {
      manager == other.manager && operation == other.operation && subresource == other.subresource
        && (operation == .apply || apiVersion == other.apiVersion)
    }
  }

  package var entries: [Entry] = []

  package init(_ entries: [Entry] = []) { self.entries = entries }

  package var isEmpty: Bool { entries.isEmpty }

  /// Whether the same clients have the same fields, whenever they set them.
  func says(theSameAs other: ManagedFields) -> Bool {
    entries.count == other.entries.count
      && zip(entries, other.entries).allSatisfy { $0.isSame(as: $1) && $0.apiVersion == $1.apiVersion && $0.fields == $1.fields }
  }

  // MARK: As JSON

  /// As an object shows it.
  package var json: JSONValue {
    .array(
      entries.map { entry in
        var json: JSONValue = [
          "manager": .string(entry.manager), "operation": .string(entry.operation.rawValue), "apiVersion": .string(entry.apiVersion),
          "time": .string(Timestamp.rfc3339(entry.time)), "fieldsType": "FieldsV1", "fieldsV1": entry.fields.set.json,
        ]
        if !entry.subresource.isEmpty { json["subresource"] = .string(entry.subresource) }
        return json
      })
  }

  /// Reads what an object shows; `nil` when it is nothing of the kind.
  package init?(_ json: JSONValue) {
    guard let array = json.array else { return nil }
    for element in array {
      guard let manager = element["manager"]?.string, let operation = element["operation"]?.string.flatMap(Operation.init(rawValue:)),
        let apiVersion = element["apiVersion"]?.string, let fields = FieldSet(element["fieldsV1"] ?? [:])
      else { return nil }
      let time = element["time"]?.string.flatMap { Timestamp.milliseconds(rfc3339: $0) } ?? 0
      entries.append(
        Entry(
          manager: manager, operation: operation, apiVersion: apiVersion, time: time,
          subresource: element["subresource"]?.string ?? "", fields: fields))
    }
  }
}

/// A set of fields that many objects share: those that were applied alike.
package final class OwnedFields: Sendable, Hashable {
  package let set: FieldSet

  package init(_ set: FieldSet) { self.set = set }

  package static func == (left: OwnedFields, right: OwnedFields) -> Bool { left === right || left.set == right.set }

  package func hash(into hasher: inout Hasher) { hasher.combine(set) }
}

/// Has equal sets of fields kept once.
struct OwnedFieldsPool {
  private var known: Set<OwnedFields> = []
  /// How many different sets are remembered; objects that are all different gain nothing from it.
  private static let capacity = 1_000

  mutating func share(_ managed: inout ManagedFields) {
    for index in managed.entries.indices {
      if known.count >= Self.capacity { known = [] }
      managed.entries[index].fields = known.insert(managed.entries[index].fields).memberAfterInsert
    }
  }
}
