import JSON

/// What kubectl's client-side apply remembers with an object: the document that was applied last.
enum LastApplied {
  static let annotation = "kubectl.kubernetes.io/last-applied-configuration"

  /// The document last applied to `object`, if it was applied at all.
  static func document(of object: JSONValue) -> JSONValue? {
    object.at("metadata", "annotations", annotation)?.string.flatMap { try? JSONValue(parsing: $0) }
  }

  /// The document with itself in the annotation, to be sent.
  static func annotated(_ document: JSONValue) -> JSONValue {
    var plain = document
    var metadata = document["metadata"] ?? [:]
    var annotations = metadata["annotations"]?.object ?? JSONObject()
    annotations[annotation] = nil
    // kubectl writes an empty object too; without it the text would differ from kubectl's and every apply in turn be a change.
    metadata["annotations"] = .object(annotations)
    plain["metadata"] = metadata
    // kubectl keeps the newline that Go's encoder ends with.
    annotations[annotation] = .string(plain.goJSON + "\n")
    metadata["annotations"] = .object(annotations)
    plain["metadata"] = metadata
    return plain
  }
}
