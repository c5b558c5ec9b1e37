package import DeviceAPI
package import JSON

/// Checks what an Event has to hold besides the types of its fields.
package enum EventValidator {
  /// Bytes that a message may have, as in `events.k8s.io`.
  package static let maximumMessageBytes = 1_024
  /// Bytes that a reason or the name of a program may have, as in `events.k8s.io`.
  package static let maximumWordBytes = 128
  /// Bytes that a whole Event may have.
  package static let maximumBytes = 16_384

  /// Everything that is wrong with an Event in a namespace.
  package static func validate(_ event: JSONValue, namespace: String) -> [FieldError] {
    var errors: [FieldError] = []
    let subject = event["involvedObject"]
    for field in ["kind", "name"] where (subject?[field]?.string ?? "").isEmpty {
      errors.append(FieldError(path: "involvedObject.\(field)", kind: .required, detail: "required: it says what the event is about"))
    }
    if let given = subject?["namespace"]?.string, !given.isEmpty, given != namespace {
      errors.append(
        FieldError(
          path: "involvedObject.namespace", kind: .invalid, value: String(given.prefix(64)),
          detail: "does not match the event's namespace, \(namespace)"))
    }
    var limits = [("message", maximumMessageBytes), ("reason", maximumWordBytes), ("action", maximumWordBytes)]
    limits += [("reportingComponent", 253), ("reportingInstance", 253)]
    for (field, limit) in limits {
      guard let bytes = event[field]?.string?.utf8.count, bytes > limit else { continue }
      errors.append(FieldError(path: field, kind: .tooLong, detail: "\(bytes) bytes, more than the \(limit) allowed"))
    }
    for path in [["firstTimestamp"], ["lastTimestamp"], ["eventTime"], ["series", "lastObservedTime"]] {
      let text = path.count == 2 ? event.at(path[0], path[1])?.string : event[path[0]]?.string
      guard let text, Timestamp.milliseconds(rfc3339: text) == nil else { continue }
      errors.append(
        FieldError(
          path: path.joined(separator: "."), kind: .invalid, value: String(text.prefix(64)),
          detail: "is no time like 2026-11-23T05:19:40Z"))
    }
    if errors.isEmpty, event.weight > maximumBytes {
      errors.append(
        FieldError(path: "", kind: .tooLong, detail: "about \(event.weight) bytes, more than the \(maximumBytes) an event may have"))
    }
    return errors
  }
}
