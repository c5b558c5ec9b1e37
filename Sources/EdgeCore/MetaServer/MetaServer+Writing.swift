import DeviceAPI
import JSON

extension MetaServer {
  func create(_ kind: ObjectKind, _ version: ObjectVersion, _ namespace: String, _ call: Call) async throws -> APIAnswer {
    var duplicates: [String] = []
    guard
      case .object(let sent) = try RequestBody.decode(call.body, contentType: call.contentType, isPatch: false, duplicates: &duplicates)
    else {
      throw APIStatus.badRequest("the body is not an object")
    }
    let body = try RequestBody.headed(sent, kind, version)
    guard let name = name(in: body), !name.isEmpty else {
      throw APIStatus.invalid(kind, "", [FieldError(path: "metadata.name", kind: .required, detail: "name or generateName is required")])
    }
    let key = ObjectKey(kind: kind, namespace: namespace, name: name)
    return try await write(call, key, version, "CreateOptions", duplicates) { [writer] draft, now, manner in
      try writer.create(body, key, version, manner, draft: &draft, now: now)
    }
  }

  /// The name an object is created under: its own, or one made of the prefix it asks for.
  private func name(in body: JSONValue) -> String? {
    if let name = body.at("metadata", "name")?.string, !name.isEmpty { return name }
    guard let prefix = body.at("metadata", "generateName")?.string, !prefix.isEmpty else { return nil }
    return prefix.prefix(58) + String(writer.makeUID().filter { $0 != "-" }.suffix(5))
  }

  func update(_ key: ObjectKey, _ version: ObjectVersion, isStatus: Bool, _ call: Call) async throws -> APIAnswer {
    var duplicates: [String] = []
    let content = try RequestBody.decode(
      call.body, contentType: call.contentType, isPatch: call.method == "PATCH", takesStrategic: key.kind.group.isEmpty,
      duplicates: &duplicates)
    let force = call.request.flag("force")
    let change: ObjectWriter.Change
    switch content {
    case .object(let object):
      change = .replace(try RequestBody.headed(object, key.kind, version))
    case .mergePatch(let patch):
      guard patch.object != nil else { throw APIStatus.badRequest("a merge patch of an object is an object, not \(patch.kind)") }
      change = .patch { MergePatch.apply(patch, to: $0) }
    case .strategicPatch(let patch):
      guard patch.object != nil else { throw APIStatus.badRequest("a strategic merge patch is an object, not \(patch.kind)") }
      change = .patch { StrategicPatch.apply(patch, to: $0) }
    case .jsonPatch(let patch):
      guard patch.array != nil else { throw APIStatus.badRequest("a JSON patch is an array of operations, not \(patch.kind)") }
      if key.kind == .secret, !call.isAuthenticated { try ConcealedData.check(patch, of: key) }
      change = .patch { current in
        do throws(JSONPatch.Failure) {
          return try JSONPatch.apply(patch, to: current, maximumDepth: RequestBody.maximumDepth)
        } catch {
          throw APIStatus(422, "Invalid", "the server rejected our request due to an error in our request: \(error)", group: "")
        }
      }
    case .apply(let configuration): change = .apply(configuration, force: force)
    }
    if case .apply = change {
    } else if call.request.query["force"] != nil, call.method == "PATCH" {
      throw APIStatus.invalidOptions(
        "PatchOptions", [FieldError(path: "force", kind: .forbidden, detail: "may not be specified for non-apply patch")])
    }
    if case .apply = change, (call.request.query["fieldManager"] ?? "").isEmpty {
      throw APIStatus.invalidOptions(
        "PatchOptions", [FieldError(path: "fieldManager", kind: .required, detail: "is required for apply patch")])
    }
    let options = call.method == "PUT" ? "UpdateOptions" : "PatchOptions"
    return try await write(call, key, version, options, duplicates) { [writer] draft, now, manner in
      try writer.update(key, version, isStatus: isStatus, manner, change, draft: &draft, now: now)
    }
  }

  private func write(
    _ call: Call, _ key: ObjectKey, _ version: ObjectVersion, _ options: String, _ duplicates: [String],
    _ decide: @escaping @Sendable (inout MetaDraft, Int64, ObjectWriter.Manner) throws -> ObjectWriter.Written
  ) async throws -> APIAnswer {
    let manner = ObjectWriter.Manner(
      fieldValidation: try fieldValidation(call.request, options), duplicateFields: duplicates,
      isApply: call.request.query["fieldManager"] == "kubectl-client-side-apply", manager: try manager(call, options),
      concealsSecrets: !call.isAuthenticated)
    let isDryRun = try dryRun(call.request, options)
    let now = clock.now
    let (written, before) = try await meta.write { draft in
      guard isDryRun else { return (try decide(&draft, now, manner), ServedObject?.none) }
      var rehearsal = draft
      var written = try decide(&rehearsal, now, manner)
      let before = draft.served(key)
      written.object.resourceVersion = written.isCreated ? 0 : before?.resourceVersion ?? 0
      return (written, before)
    }
    var answer = try show(written.object, key.kind, version, call)
    if let before, case .json(var json) = answer.body, json.at("status", "conditions") != nil {
      // Nobody has looked at what wasn't written: `kubectl diff` shall show what the author changes.
      json["status"]?["conditions"] = ObjectView.json(before, in: version, as: key.kind).at("status", "conditions")
      answer.body = .json(json)
    }
    answer.code = written.isCreated ? 201 : 200
    answer.warn(written.warnings)
    return answer
  }

  // MARK: Deleting

  func delete(_ key: ObjectKey, _ version: ObjectVersion, _ call: Call) async throws -> APIAnswer {
    let options = try deleteOptions(call)
    let now = clock.now
    let deleted = try await meta.write { [writer] draft in
      guard options.isDryRun else { return try writer.delete(key, options, draft: &draft, now: now) }
      var rehearsal = draft
      var deleted = try writer.delete(key, options, draft: &rehearsal, now: now)
      deleted.object.resourceVersion = draft.served(key)?.resourceVersion ?? 0
      return deleted
    }
    guard deleted.isGone else { return try show(deleted.object, key.kind, version, call) }
    var details: JSONValue = [
      "name": .string(key.name), "kind": .string(key.kind.plural), "uid": .string(deleted.object.stored.uid),
    ]
    if !key.kind.group.isEmpty { details["group"] = .string(key.kind.group) }
    return APIAnswer(
      200, .json(["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details]),
      warnings: key.kind.definition.deprecations[version].map { [$0] } ?? [])
  }

  /// Deletes what a list would show, and answers with that.
  func deleteCollection(_ kind: ObjectKind, _ version: ObjectVersion, _ namespace: String?, _ call: Call) async throws -> APIAnswer {
    let options = try deleteOptions(call)
    let limit = try ListOptions(call.request.query).limit
    let selection = try selection(kind, namespace, call.request)
    let now = clock.now
    let deleted = try await meta.write { [writer] draft in
      var rehearsal = draft
      let keys = draft.objects(kind, namespace: namespace).filter(selection.includes).map(\.key).sorted()
      var gone: [ServedObject] = []
      for key in keys.prefix(limit ?? keys.count) {
        // Gone already, with an object that it belonged to.
        guard rehearsal.object(key) != nil else { continue }
        var object = try writer.delete(key, options, draft: &rehearsal, now: now).object
        if options.isDryRun { object.resourceVersion = draft.served(key)?.resourceVersion ?? 0 }
        gone.append(object)
      }
      if !options.isDryRun { draft = rehearsal }
      return (objects: gone, resourceVersion: draft.lastResourceVersion)
    }
    return APIAnswer(
      200,
      .json([
        "apiVersion": .string(version.groupVersion), "kind": .string(kind.listKind),
        "metadata": ["resourceVersion": .string(String(deleted.resourceVersion)), "continue": ""],
        "items": .array(deleted.objects.map { ObjectView.json(shown($0, call), in: version) }),
      ]))
  }

  // MARK: Options

  private func deleteOptions(_ call: Call) throws(APIStatus) -> DeleteOptions {
    try DeleteOptions(try RequestBody.decodeOptions(call.body, contentType: call.contentType), call.request)
  }

  private func fieldValidation(_ request: APIRequest, _ options: String) throws(APIStatus) -> ObjectWriter.FieldValidation {
    guard let text = request.query["fieldValidation"], !text.isEmpty else { return .warn }
    guard let validation = ObjectWriter.FieldValidation(rawValue: text) else {
      throw .invalidOptions(
        options,
        [
          FieldError(
            path: "fieldValidation", kind: .notSupported, value: "\"\(text.prefix(32))\"",
            detail: "supported values: \"Ignore\", \"Strict\", \"Warn\"")
        ])
    }
    return validation
  }

  private func dryRun(_ request: APIRequest, _ options: String) throws(APIStatus) -> Bool {
    switch request.query["dryRun"] {
    case nil: return false
    case "All": return true
    case let other?:
      throw .invalidOptions(
        options,
        [
          FieldError(path: "dryRun", kind: .notSupported, value: "\"\(other.prefix(32))\"", detail: "supported values: \"All\"")
        ])
    }
  }

  /// The name under which a client's fields are noted: the one it gives, or its program's.
  private func manager(_ call: Call, _ options: String) throws(APIStatus) -> String {
    guard let name = call.request.query["fieldManager"], !name.isEmpty else {
      let program = String(
        (call.userAgent ?? "").prefix { $0 != "/" }.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(128))
      return program.isEmpty ? "unknown" : program
    }
    if name.utf8.count > 128 {
      throw .invalidOptions(options, [FieldError(path: "fieldManager", kind: .tooLong, detail: "must have at most 128 bytes")])
    }
    if let character = name.unicodeScalars.first(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      throw .invalidOptions(
        options,
        [
          FieldError(
            path: "fieldManager", kind: .invalid, value: "\"\(name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(32))\"",
            detail: "invalid character U+00\(character.value < 16 ? "0" : "")\(String(character.value, radix: 16, uppercase: true))")
        ])
    }
    return name
  }
}

extension ObjectKey {
  /// The object that this one is made of.
  var source: ObjectKey { ObjectKey(kind: kind.source, namespace: namespace, name: name) }
}
