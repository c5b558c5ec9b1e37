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
  /// After how many seconds the client may try again.
  package var retryAfterSeconds: Int?
  /// Where a list that expired goes on in the state there is now.
  package var next: ContinueToken?

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
    if let name, !name.isEmpty { details["name"] = .string(name) }
    if !causes.isEmpty {
      details["causes"] = .array(
        causes.map { cause in
          var json: JSONValue = ["reason": .string(cause.reason), "message": .string(cause.message)]
          if !cause.field.isEmpty { json["field"] = .string(cause.field) }
          return json
        })
    }
    if let retryAfterSeconds { details["retryAfterSeconds"] = JSONValue(retryAfterSeconds) }
    var status: JSONValue = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message), "reason": .string(reason),
      "code": JSONValue(code),
    ]
    if details != [:] { status["details"] = details }
    if let next { status["metadata"] = ["continue": .string(next.text)] }
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

  /// The answer to making an object again that is still on its way out.
  package static func stillDeleting(_ key: ObjectKey) -> APIStatus {
    APIStatus(
      409, "AlreadyExists", "object is being deleted: \(key.kind.qualifiedPlural) \"\(key.name)\" already exists", kind: key.kind.plural,
      name: key.name, group: key.kind.group)
  }

  /// The answer to options of a request that make no sense.
  package static func invalidOptions(_ kind: String, _ errors: [FieldError]) -> APIStatus {
    let problems = errors.map(\.description)
    let list = problems.count == 1 ? problems[0] : "[" + problems.joined(separator: ", ") + "]"
    return APIStatus(
      422, "Invalid", "\(kind).meta.k8s.io \"\" is invalid: \(list)", kind: kind, group: "meta.k8s.io",
      causes: errors.map { Cause(reason: $0.kind.rawValue, message: $0.detail, field: $0.path) })
  }

  /// The answer to a server-side apply of what others set.
  package static func applyConflict(_ conflict: FieldManager.Conflict) -> APIStatus {
    func name(_ field: FieldManager.Conflict.Field) -> String {
      field.operation == .apply ? "\"\(field.manager)\"" : "\"\(field.manager)\" using \(field.apiVersion)"
    }
    // In Kubernetes' order: by the names of who owns them.
    let byManager = Dictionary(grouping: conflict.fields, by: name).sorted { $0.key < $1.key }
      .map { (name: $0.key, places: $0.value.map(\.place)) }
    let message: String
    if conflict.fields.count == 1, let field = conflict.fields.first {
      message = "Apply failed with 1 conflict: conflict with \(name(field)): \(field.place)"
    } else {
      let list = byManager.map { "conflicts with \($0.name):\n" + $0.places.map { "- \($0)" }.joined(separator: "\n") }
      message = "Apply failed with \(conflict.fields.count) conflicts: \(list.joined(separator: "\n"))"
    }
    return APIStatus(
      409, "Conflict", message, group: "",
      causes: conflict.fields.map {
        Cause(reason: "FieldManagerConflict", message: "conflict with \(name($0))", field: $0.place)
      })
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
