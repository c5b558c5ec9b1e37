import DeviceAPI
import JSON

extension ObjectWriter {
  /// What of an Event is kept, when it is right.
  ///
  /// - Throws: ``APIStatus``.
  static func event(_ body: JSONValue, _ key: ObjectKey) throws(APIStatus) -> JSONValue {
    let errors = EventValidator.validate(body, namespace: key.namespace)
    if !errors.isEmpty { throw .invalid(key.kind, key.name, errors) }
    var content = body
    var metadata = keptMetadata(body)
    metadata["finalizers"] = nil
    metadata["ownerReferences"] = nil
    content["metadata"] = metadata
    return content
  }
}
