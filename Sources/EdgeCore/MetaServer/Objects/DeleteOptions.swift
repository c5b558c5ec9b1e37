import DeviceAPI
package import JSON

/// How a client wants something deleted: `DeleteOptions` of meta/v1, from the body or the query.
package struct DeleteOptions: Sendable, Hashable {
  package enum Propagation: String, Sendable, CaseIterable {
    /// What belongs to the object goes after it.
    case background = "Background"
    /// What belongs to the object goes before it.
    case foreground = "Foreground"
    /// What belongs to the object stays, on its own.
    case orphan = "Orphan"
  }

  package var propagation = Propagation.background
  package var gracePeriodSeconds: Int64 = 0
  /// What has to be so for the deletion to be done.
  package var uid: String?
  package var resourceVersion: String?
  package var isDryRun = false

  package init() {}

  /// - Throws: ``APIStatus`` 400 or 422 for what makes no sense.
  package init(_ body: JSONValue, _ request: APIRequest) throws(APIStatus) {
    let query = request.query
    guard body.object != nil else { throw .badRequest("the body is no DeleteOptions but \(body.kind)") }
    if let kind = body["kind"]?.string, kind != "DeleteOptions" {
      throw .badRequest("no kind \"\(kind.prefix(64))\" can be the body of a DELETE, only DeleteOptions")
    }
    try Self.checkTypes(of: body)
    if let name = body["propagationPolicy"]?.string ?? query["propagationPolicy"], !name.isEmpty {
      guard let wanted = Propagation(rawValue: name) else {
        throw Self.invalid(
          FieldError(
            path: "propagationPolicy", kind: .notSupported, value: "\"\(name.prefix(32))\"",
            detail: "supported values: \(Propagation.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))"))
      }
      propagation = wanted
      if body["orphanDependents"]?.bool != nil {
        throw Self.invalid(
          FieldError(
            path: "propagationPolicy", kind: .invalid, value: "\"\(name)\"",
            detail: "orphanDependents and propagationPolicy cannot be both set"))
      }
    } else if body["orphanDependents"]?.bool == true || body["orphanDependents"] == nil && request.flag("orphanDependents") {
      propagation = .orphan
    }
    gracePeriodSeconds = max(0, body["gracePeriodSeconds"]?.integer ?? 0)
    uid = body.at("preconditions", "uid")?.string
    resourceVersion = body.at("preconditions", "resourceVersion")?.string
    switch body["dryRun"] ?? query["dryRun"].map({ [.string($0)] }) {
    case nil, .null, []: break
    case let list? where (list.array ?? []).allSatisfy({ $0 == "All" }) && list.array != nil: isDryRun = true
    case let other?:
      throw Self.invalid(
        FieldError(path: "dryRun", kind: .notSupported, value: String(other.text.prefix(64)), detail: "supported values: \"All\""))
    }
  }

  /// A wish that can't be read is none that may be passed over: what is gone doesn't come back.
  private static func checkTypes(of body: JSONValue) throws(APIStatus) {
    func check(_ path: String, _ value: JSONValue?, _ kind: String, _ isRight: (JSONValue) -> Bool) throws(APIStatus) {
      guard let value, !value.isNull, !isRight(value) else { return }
      throw .badRequest("DeleteOptions: \(path) is \(value.kind), not \(kind)")
    }
    try check("preconditions", body["preconditions"], "an object") { $0.object != nil }
    for field in ["uid", "resourceVersion"] {
      try check("preconditions.\(field)", body.at("preconditions", field), "a string") { $0.string != nil }
    }
    try check("propagationPolicy", body["propagationPolicy"], "a string") { $0.string != nil }
    try check("gracePeriodSeconds", body["gracePeriodSeconds"], "a whole number") { $0.integer != nil }
    try check("orphanDependents", body["orphanDependents"], "true or false") { $0.bool != nil }
  }

  private static func invalid(_ error: FieldError) -> APIStatus { .invalidOptions("DeleteOptions", [error]) }
}
