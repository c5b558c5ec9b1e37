import DeviceAPI
import JSON

/// Answers requests of the Kubernetes API for devices, models and events from MetaManager.
package struct MetaServer: Sendable {
  /// Whether a part of edgecore works, for `/readyz`.
  package typealias ReadinessCheck = @Sendable () async -> (name: String, isReady: Bool)

  let meta: MetaManager
  let writer: ObjectWriter
  let clock: any EdgeClock
  let readiness: [ReadinessCheck]
  let metrics: @Sendable () async -> String

  /// - Parameter metrics: Everything that is counted, in Prometheus' text format.
  package init(
    meta: MetaManager, writer: ObjectWriter, clock: any EdgeClock, readiness: [ReadinessCheck] = [],
    metrics: @escaping @Sendable () async -> String = { "" }
  ) {
    self.meta = meta
    self.writer = writer
    self.clock = clock
    self.readiness = readiness
    self.metrics = metrics
  }

  /// A request as far as it matters here.
  package struct Call: Sendable {
    package var method: String
    package var request: APIRequest
    package var accept: Acceptance
    package var contentType: String?
    package var body: [UInt8]

    package init(method: String, request: APIRequest, accept: Acceptance, contentType: String? = nil, body: [UInt8] = []) {
      self.method = method
      self.request = request
      self.accept = accept
      self.contentType = contentType
      self.body = body
    }
  }

  /// Answers everything but a watch.
  ///
  /// - Throws: ``APIStatus``, or what keeps the store from working.
  package func answer(_ call: Call) async throws -> APIAnswer {
    switch call.request.target {
    case .health(let name): return await health(name)
    case .metrics:
      guard call.method == "GET" else { throw notAllowed(call) }
      return APIAnswer(200, .text(await metrics()), contentType: "text/plain; version=0.0.4; charset=utf-8")
    case .discovery(let path):
      guard call.method == "GET" else { throw notAllowed(call) }
      // kubectl asks for version 2 about kinds that version 3 doesn't have, in protobuf; a document without anything in it is
      // zero bytes there, and has kubectl say that there is no such kind.
      if path == "/openapi/v2" {
        return APIAnswer(200, .text(""), contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
      }
      guard let document = DiscoveryDocuments.document(at: path, isAggregated: call.accept.isAggregatedDiscovery) else {
        throw APIStatus(404, "NotFound", "the server could not find the requested resource: \(path)")
      }
      let isAggregated = call.accept.isAggregatedDiscovery && (path == "/api" || path == "/apis")
      return APIAnswer(
        200, .json(document),
        contentType: isAggregated ? "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" : nil)
    case .collection(let kind, let version, let namespace):
      switch call.method {
      case "GET": return try await list(kind, version, namespace, call)
      case "POST": return try await create(kind, version, namespace, call)
      default: throw notAllowed(call)
      }
    case .object(let key, let version, DeviceHistory.subresource?):
      guard call.method == "GET" else { throw notAllowed(call) }
      return try await history(key, version, call.request)
    case .object(let key, let version, let subresource):
      switch call.method {
      case "GET":
        guard let object = await meta.object(key) else { throw APIStatus.notFound(key) }
        return show(object, version, call)
      case "PUT", "PATCH": return try await update(key, version, isStatus: subresource != nil, call)
      case "DELETE" where subresource == nil: return try await delete(key, version, call)
      default: throw notAllowed(call)
      }
    }
  }

  private func notAllowed(_ call: Call) -> APIStatus {
    APIStatus(405, "MethodNotAllowed", "the server does not allow the method \(call.method.prefix(16)) on the requested resource")
  }

  private func health(_ name: String) async -> APIAnswer {
    guard name == "readyz" else { return APIAnswer(200, .text("ok")) }
    var lines: [String] = []
    var isReady = true
    for check in readiness {
      let (name, isOK) = await check()
      lines.append(isOK ? "[+]\(name) ok" : "[-]\(name) failed")
      isReady = isReady && isOK
    }
    return isReady ? APIAnswer(200, .text("ok")) : APIAnswer(503, .text(lines.joined(separator: "\n") + "\n"))
  }

  // MARK: Reading

  package func selection(_ kind: ObjectKind, _ namespace: String?, _ request: APIRequest) throws(APIStatus) -> ObjectSelection {
    var selection = ObjectSelection(kind: kind, namespace: namespace, isSpecOnly: request.flag("specOnly"))
    do throws(MalformedSelector) {
      selection.labels = try LabelSelector(request.query["labelSelector"] ?? "")
    } catch {
      throw .badRequest("unable to parse labelSelector: \(error)")
    }
    do throws(MalformedSelector) {
      selection.fields = try FieldSelector(request.query["fieldSelector"] ?? "")
    } catch {
      throw .badRequest("unable to parse fieldSelector: \(error)")
    }
    let selectable = ["metadata.name", "metadata.namespace"] + kind.selectableFields
    for requirement in selection.fields.requirements where !selectable.contains(requirement.field) {
      throw .badRequest("field label not supported: \(requirement.field.prefix(64)) (\(selectable.joined(separator: ", ")) are)")
    }
    return selection
  }

  private func list(_ kind: ObjectKind, _ version: ObjectVersion, _ namespace: String?, _ call: Call) async throws -> APIAnswer {
    let (objects, resourceVersion) = await meta.list(try selection(kind, namespace, call.request))
    if call.accept.isTable {
      let table = TableView(kind: kind, version: version, now: clock.now)
      return APIAnswer(200, .json(table.json(objects, resourceVersion: resourceVersion)))
    }
    return APIAnswer(
      200,
      .json([
        "apiVersion": .string(version.groupVersion), "kind": .string(kind.listKind),
        "metadata": ["resourceVersion": .string(String(resourceVersion)), "continue": ""],
        "items": .array(objects.map { ObjectView.json($0, in: version) }),
      ]))
  }

  private func show(_ object: ServedObject, _ version: ObjectVersion, _ call: Call) -> APIAnswer {
    guard call.accept.isTable else { return APIAnswer(200, .json(ObjectView.json(object, in: version))) }
    let table = TableView(kind: object.stored.key.kind, version: version, now: clock.now)
    return APIAnswer(200, .json(table.json([object], resourceVersion: object.resourceVersion)))
  }

  // MARK: Writing

  private func create(_ kind: ObjectKind, _ version: ObjectVersion, _ namespace: String?, _ call: Call) async throws -> APIAnswer {
    guard case .object(let body) = try RequestBody.decode(call.body, contentType: call.contentType, isPatch: false),
      body.object != nil
    else { throw APIStatus.badRequest("the body is not an object") }
    guard let name = name(in: body), !name.isEmpty else {
      throw APIStatus.invalid(kind, "", [FieldError(path: "metadata.name", kind: .required, detail: "name or generateName is required")])
    }
    let key = ObjectKey(
      kind: kind, namespace: namespace ?? body.at("metadata", "namespace")?.string ?? "default", name: name)
    return try await write(call, version) { [writer] draft, now, manner in
      try writer.create(body, key, version, manner, draft: &draft, now: now)
    }
  }

  /// The name an object is created under: its own, or one made of the prefix it asks for.
  private func name(in body: JSONValue) -> String? {
    if let name = body.at("metadata", "name")?.string, !name.isEmpty { return name }
    guard let prefix = body.at("metadata", "generateName")?.string, !prefix.isEmpty else { return nil }
    return prefix + String(writer.makeUID().filter { $0 != "-" }.suffix(10))
  }

  private func update(_ key: ObjectKey, _ version: ObjectVersion, isStatus: Bool, _ call: Call) async throws -> APIAnswer {
    let content = try RequestBody.decode(
      call.body, contentType: call.contentType, isPatch: call.method == "PATCH", takesStrategic: key.kind == .event)
    return try await write(call, version) { [writer] draft, now, manner in
      try writer.update(key, version, isStatus: isStatus, manner, draft: &draft, now: now) { current in
        switch content {
        case .object(let object): return object
        case .mergePatch(let patch): return MergePatch.apply(patch, to: current)
        case .jsonPatch(let patch):
          do throws(JSONPatch.Failure) {
            return try JSONPatch.apply(patch, to: current)
          } catch {
            throw APIStatus(422, "Invalid", "\(error)", kind: key.kind.rawValue, name: key.name, group: key.kind.group)
          }
        }
      }
    }
  }

  private func write(
    _ call: Call, _ version: ObjectVersion,
    _ decide: @escaping @Sendable (inout MetaDraft, Int64, ObjectWriter.Manner) throws -> ObjectWriter.Written
  ) async throws -> APIAnswer {
    let manner = ObjectWriter.Manner(
      fieldValidation: try fieldValidation(call.request), isApply: call.request.query["fieldManager"] == "kubectl-client-side-apply")
    let isDryRun = try dryRun(call.request)
    let now = clock.now
    let written = try await meta.write { draft in
      if isDryRun {
        var rehearsal = draft
        return try decide(&rehearsal, now, manner)
      }
      return try decide(&draft, now, manner)
    }
    var answer = show(written.object, version, call)
    answer.code = written.isCreated ? 201 : 200
    answer.warnings = written.warnings
    return answer
  }

  private func delete(_ key: ObjectKey, _ version: ObjectVersion, _ call: Call) async throws -> APIAnswer {
    let options = try RequestBody.decodeOptions(call.body)
    let uid = options.at("preconditions", "uid")?.string
    let revision = options.at("preconditions", "resourceVersion")?.string
    let isDryRun = try dryRun(call.request)
    let now = clock.now
    let deleted = try await meta.write { [writer] draft in
      if let uid, let current = draft.object(key), current.uid != uid {
        throw APIStatus.conflict(key, "the UID in the precondition (\(uid)) is not the object's (\(current.uid))")
      }
      if let revision, let current = draft.served(key), revision != String(current.resourceVersion) {
        throw APIStatus.conflict(
          key, "the ResourceVersion in the precondition (\(revision)) is not the object's (\(current.resourceVersion))")
      }
      if isDryRun {
        var rehearsal = draft
        return try writer.delete(key, draft: &rehearsal, now: now)
      }
      return try writer.delete(key, draft: &draft, now: now)
    }
    var details: JSONValue = [
      "name": .string(key.name), "kind": .string(key.kind.plural), "uid": .string(deleted.stored.uid),
    ]
    if !key.kind.group.isEmpty { details["group"] = .string(key.kind.group) }
    return APIAnswer(
      200, .json(["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details]))
  }

  private func fieldValidation(_ request: APIRequest) throws(APIStatus) -> ObjectWriter.FieldValidation {
    guard let text = request.query["fieldValidation"], !text.isEmpty else { return .warn }
    guard let validation = ObjectWriter.FieldValidation(rawValue: text) else {
      throw .badRequest("fieldValidation: \"\(text.prefix(32))\" is not one of Ignore, Warn, Strict")
    }
    return validation
  }

  private func dryRun(_ request: APIRequest) throws(APIStatus) -> Bool {
    switch request.query["dryRun"] {
    case nil, "": return false
    case "All": return true
    case let other?: throw .badRequest("dryRun: \"\(other.prefix(32))\" is not All")
    }
  }
}
