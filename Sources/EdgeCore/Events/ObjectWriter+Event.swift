import DeviceAPI
import JSON

extension ObjectWriter {
  /// Stores an Event whose fields have the right types.
  ///
  /// - Throws: ``APIStatus``.
  func storeEvent(
    _ body: JSONValue, _ key: ObjectKey, current: StoredObject?, _ warnings: [String], draft: inout MetaDraft, now: Int64
  ) throws(APIStatus) -> Written {
    let errors = EventValidator.validate(body, namespace: key.namespace)
    if !errors.isEmpty { throw .invalid(key.kind, key.name, errors) }
    var content = Schema.event.prune(body).0
    var metadata: JSONValue = [:]
    for field in ["name", "namespace", "labels", "annotations"] {
      metadata[field] = body.at("metadata", field).flatMap { $0.isNull ? nil : $0 }
    }
    content["metadata"] = metadata
    if let current, current.content == content {
      return Written(
        object: ServedObject(stored: current, resourceVersion: current.resourceVersion), isCreated: false, warnings: warnings)
    }
    var object =
      current
      ?? StoredObject(key: key, uid: makeUID(), created: now, generation: 1, resourceVersion: 0, version: .v1, content: content)
    object.content = content
    object = draft.put(object)
    return Written(
      object: ServedObject(stored: object, resourceVersion: object.resourceVersion), isCreated: current == nil, warnings: warnings)
  }
}
