package import DeviceAPI
package import JSON

/// A refusal as Kubernetes words it: the body is a `Status` object.
package struct APIStatus: Error, Sendable, Hashable {
  package struct Cause: Sendable, Hashable {
    package var reason: String
    package var message: String
    package var field: String
  }

  package var code: Int
  package var reason: String
  package var message: String
  package var kind: String?
  package var name: String?
  /// The API group of what is refused.
  package var group: String
  package var causes: [Cause]

  package init(
    _ code: Int, _ reason: String, _ message: String, kind: String? = nil, name: String? = nil, group: String = APIVersion.group,
    causes: [Cause] = []
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.kind = kind
    self.name = name
    self.group = group
    self.causes = causes
  }

  package var json: JSONValue {
    var details: JSONValue = [:]
    if let kind {
      if !group.isEmpty { details["group"] = .string(group) }
      details["kind"] = .string(kind)
    }
    details["name"] = name.map(JSONValue.string)
    if !causes.isEmpty {
      details["causes"] = .array(
        causes.map { ["reason": .string($0.reason), "message": .string($0.message), "field": .string($0.field)] })
    }
    var status: JSONValue = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message), "reason": .string(reason),
      "code": JSONValue(code),
    ]
    if details != [:] { status["details"] = details }
    return status
  }

  package static func notFound(_ key: ObjectKey) -> APIStatus {
    APIStatus(
      404, "NotFound", "\(key.kind.qualifiedPlural) \"\(key.name)\" not found", kind: key.kind.plural, name: key.name, group: key.kind.group
    )
  }

  package static func badRequest(_ message: String) -> APIStatus { APIStatus(400, "BadRequest", message) }

  package static func expired(_ message: String) -> APIStatus { APIStatus(410, "Expired", message) }

  package static func conflict(_ key: ObjectKey, _ problem: String) -> APIStatus {
    APIStatus(
      409, "Conflict", "Operation cannot be fulfilled on \(key.kind.qualifiedPlural) \"\(key.name)\": \(problem)",
      kind: key.kind.plural, name: key.name, group: key.kind.group)
  }

  package static func alreadyExists(_ key: ObjectKey) -> APIStatus {
    APIStatus(
      409, "AlreadyExists", "\(key.kind.qualifiedPlural) \"\(key.name)\" already exists", kind: key.kind.plural, name: key.name,
      group: key.kind.group)
  }

  /// The answer to an object with wrong fields, all of them at once.
  package static func invalid(_ kind: ObjectKind, _ name: String, _ errors: [FieldError]) -> APIStatus {
    let problems = errors.map(\.description)
    let list = problems.count == 1 ? problems[0] : "[" + problems.joined(separator: ", ") + "]"
    return APIStatus(
      422, "Invalid", "\(kind.qualifiedName) \"\(name)\" is invalid: \(list)", kind: kind.rawValue, name: name, group: kind.group,
      causes: errors.map { Cause(reason: $0.kind.rawValue, message: $0.detail, field: $0.path) })
  }
}
