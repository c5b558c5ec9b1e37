import DeviceAPI
import JSON

extension ObjectWriter {
  /// The object without what a client doesn't write, its fields checked one by one, and its defaults filled in.
  ///
  /// - Throws: ``APIStatus`` with all that is wrong, also with what the fields mean together.
  func checked(_ body: JSONValue, _ plan: inout Plan, _ draft: MetaDraft) throws(APIStatus) -> JSONValue {
    guard case .object = body else { throw .badRequest("the body is not an object but \(body.kind)") }
    let (key, version) = (plan.key, plan.version)
    try checkHeader(of: body, key, version)
    var body = body
    body["apiVersion"] = .string(version.groupVersion)
    body["kind"] = .string(key.kind.rawValue)
    if body["metadata"] ?? .null == .null { body["metadata"] = [:] }
    body["metadata"]?["name"] = .string(key.name)
    body["metadata"]?["namespace"] = key.kind.isNamespaced ? .string(key.namespace) : nil

    guard let schema = key.kind.definition.schemas[version] else { throw .notFound(key) }
    if plan.isStatus, let current = plan.current {
      // What isn't the status is as it was, and was right then.
      let stored = ObjectView.json(current, in: version)
      for (field, value) in stored.object ?? [:] where field != "status" { body[field] = value }
    }
    plan.warnings += Self.completeMetadata(&body)
    var complete = body
    schema.applyDefaults(to: &complete)
    let errors = schema.validate(complete)
    // What has the wrong type there can't even be read as an object, to Kubernetes.
    if let error = errors.first(where: {
      $0.path.hasPrefix("metadata.") && ($0.kind == .typeInvalid || $0.path == "metadata.creationTimestamp")
    }) {
      throw .badRequest("\(key.kind.rawValue) in version \"\(version.rawValue)\" cannot be handled as a \(key.kind.rawValue): \(error)")
    }
    let oddities =
      plan.manner.duplicateFields.map { "duplicate field \"\($0)\"" }
      + errors.filter { $0.kind == .unknownField }.map { "unknown field \"\($0.path)\"" }
    if plan.manner.fieldValidation == .strict, !oddities.isEmpty {
      let list = oddities.joined(separator: ", ")
      if plan.isPatch {
        throw .invalid(key.kind, key.name, [FieldError(path: "patch", kind: .invalid, detail: "strict decoding error: \(list)")])
      }
      let name = "\(key.kind.rawValue) in version \"\(version.rawValue)\" cannot be handled as a \(key.kind.rawValue)"
      throw .badRequest("\(name): strict decoding error: \(list)")
    }
    // Owners that are there twice are only warned of.
    let counting = errors.filter { $0.kind != .unknownField && !($0.kind == .duplicate && $0.path.hasPrefix("metadata.ownerReferences")) }
    let wrong = counting + ObjectMetaValidator.validate(body)
    if !wrong.isEmpty { throw .invalid(key.kind, key.name, Self.withMeaning(wrong, of: complete, key, draft)) }
    if plan.manner.fieldValidation != .ignore { plan.warnings += oddities }
    if let deprecation = key.kind.definition.deprecations[version] { plan.warnings.append(deprecation) }
    return schema.prune(complete).0
  }

  /// What is wrong with the fields of a Device or DeviceModel, and what is with the sense of those that are right.
  private static func withMeaning(_ wrong: [FieldError], of body: JSONValue, _ key: ObjectKey, _ draft: MetaDraft) -> [FieldError] {
    guard key.kind == .device || key.kind == .deviceModel else { return wrong }
    let model = body.at("spec", "deviceModelRef", "name")?.string.flatMap { draft.model(named: $0, in: key.namespace) }
    let drivers = draft.drivers
    guard let all = try? ResourceValidator.validate(body, model: model, driver: { drivers[$0] }) else { return wrong }
    return all.errors.filter { $0.kind != .unknownField }
  }

  /// Reads the metadata as Kubernetes does: a label without a value is one with an empty value, and an owner counts once.
  ///
  /// - Returns: What its author should know.
  private static func completeMetadata(_ body: inout JSONValue) -> [String] {
    for field in ["labels", "annotations"] {
      guard let members = body.at("metadata", field)?.object, members.contains(where: { $0.value.isNull }) else { continue }
      body["metadata"]?[field] = .object(JSONObject(members.map { ($0.key, $0.value.isNull ? "" : $0.value) }))
    }
    guard let owners = body.at("metadata", "ownerReferences")?.array, owners.count(where: { $0["controller"] == true }) < 2 else {
      return []
    }
    var seen: Set<JSONValue> = []
    let unique = owners.filter { seen.insert($0["uid"] ?? .null).inserted }
    guard unique.count < owners.count else { return [] }
    body["metadata"]?["ownerReferences"] = .array(unique)
    return [".metadata.ownerReferences contains duplicate entries; only the first of each UID is kept"]
  }

  /// What an object says of itself has to be what the request says.
  private func checkHeader(of body: JSONValue, _ key: ObjectKey, _ version: ObjectVersion) throws(APIStatus) {
    if let given = body["apiVersion"]?.string, !given.isEmpty, given != version.groupVersion {
      throw .badRequest(
        "the API version in the data (\(given.prefix(128))) does not match the expected API version (\(version.groupVersion))")
    }
    if let given = body["kind"]?.string, !given.isEmpty, given != key.kind.rawValue {
      throw .invalid(
        key.kind, key.name,
        [FieldError(path: "kind", kind: .invalid, value: "\"\(given.prefix(64))\"", detail: "must be \(key.kind.rawValue)")])
    }
    if let metadata = body["metadata"], metadata.object == nil, !metadata.isNull {
      throw .badRequest(
        "\(key.kind.rawValue) in version \"\(version.rawValue)\" cannot be handled as a \(key.kind.rawValue): metadata is \(metadata.kind)")
    }
    if let given = body.at("metadata", "name")?.string, !given.isEmpty, given != key.name {
      throw .badRequest("the name of the object (\(given.prefix(253))) does not match the name on the URL (\(key.name))")
    }
    if key.kind.isNamespaced, let given = body.at("metadata", "namespace")?.string, !given.isEmpty, given != key.namespace {
      throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
    }
  }

  /// What a patch made has to be an object of the same kind still.
  func checkPatched(_ body: JSONValue, _ plan: Plan) throws(APIStatus) {
    guard body.object != nil else { throw .badRequest("the patch makes the object \(body.kind)") }
    guard body["metadata"]?.object != nil else { throw .badRequest("the patch takes away the object's metadata") }
    if let given = body["apiVersion"]?.string, given != plan.version.groupVersion {
      throw .invalid(
        plan.key.kind, plan.key.name,
        [
          FieldError(
            path: "apiVersion", kind: .invalid, value: "\"\(given.prefix(128))\"", detail: "must be \(plan.version.groupVersion)")
        ])
    }
  }

  /// What the server alone says of an object's identity can't be said otherwise.
  func checkImmutable(_ body: JSONValue, _ plan: Plan) throws(APIStatus) {
    guard let stored = plan.current?.stored else { return }
    var errors: [FieldError] = []
    if let uid = body.at("metadata", "uid")?.string, !uid.isEmpty, uid != stored.uid {
      errors.append(FieldError(path: "metadata.uid", kind: .invalid, value: "\"\(uid.prefix(64))\"", detail: "field is immutable"))
    }
    if let time = body.at("metadata", "deletionTimestamp")?.string, time != stored.deletion.map({ Timestamp.rfc3339($0.time) }) {
      errors.append(
        FieldError(path: "metadata.deletionTimestamp", kind: .invalid, value: "\"\(time.prefix(64))\"", detail: "field is immutable"))
    }
    if !errors.isEmpty { throw .invalid(plan.key.kind, plan.key.name, errors) }
  }

  /// What a whole object in the place of another has to say.
  func checkReplacement(_ body: JSONValue, _ key: ObjectKey) throws(APIStatus) {
    guard body.object != nil else { throw .badRequest("the body is not an object but \(body.kind)") }
    if let given = body.at("metadata", "name")?.string ?? Optional(""), given.isEmpty {
      throw .badRequest("the name of the object (\(key.name) based on URL) was undeterminable: name must be provided")
    }
    if let given = body.at("metadata", "name")?.string, given != key.name {
      throw .badRequest("the name of the object (\(given.prefix(253))) does not match the name on the URL (\(key.name))")
    }
    guard !key.kind.group.isEmpty, ["", "0"].contains(body.at("metadata", "resourceVersion")?.string ?? "") else { return }
    throw .invalid(
      key.kind, key.name,
      [
        FieldError(
          path: "metadata.resourceVersion", kind: .invalid, value: "0x0",
          detail: "must be specified for an update: read the object, change that, and send it with its resourceVersion")
      ])
  }

  /// A revision that is older than the last change of what was applied is a conflict. The status moves too often to
  /// count, and a client can't write it.
  func checkRevision(of body: JSONValue, _ key: ObjectKey, _ current: ServedObject) throws(APIStatus) {
    guard let text = body.at("metadata", "resourceVersion")?.string, !text.isEmpty, text != "0" else { return }
    guard let revision = Int64(text) else {
      throw .badRequest("metadata.resourceVersion: \"\(text.prefix(64))\" is not a resource version")
    }
    guard revision >= current.stored.resourceVersion, revision <= current.resourceVersion else {
      throw .conflict(key, "the object has been modified; please apply your changes to the latest version and try again")
    }
  }

  /// A configuration for a server-side apply has to be one: typed right, though not complete.
  func checkConfiguration(_ body: JSONValue, _ key: ObjectKey, _ version: ObjectVersion, _ schema: Schema) throws(APIStatus) {
    guard body.object != nil else { throw .badRequest("the body is not an object but \(body.kind)") }
    for field in ["apiVersion", "kind"] where (body[field]?.string ?? "").isEmpty {
      throw .badRequest("\(field) is missing: what is applied has to say what it is")
    }
    if let kind = body["kind"]?.string, kind != key.kind.rawValue {
      throw .badRequest("what is applied is a \(kind.prefix(64)), and the path is that of a \(key.kind.rawValue)")
    }
    try checkHeader(of: body, key, version)
    if let managed = body.at("metadata", "managedFields"), !managed.isNull, managed != [] {
      throw .badRequest("metadata.managedFields must be nil")
    }
    if let spec = body["spec"], let schema = schema.fields.first(where: { $0.name == "spec" })?.schema {
      let nulls = schema.nulls(in: spec, at: "spec")
      if !nulls.isEmpty { throw .invalid(key.kind, key.name, nulls) }
    }
    let errors = schema.validate(body).filter { [.unknownField, .typeInvalid, .duplicate].contains($0.kind) && !$0.isFormat }
    guard !errors.isEmpty else { return }
    let problems = errors.map { $0.kind == .unknownField ? ".\($0.path): field not declared in schema" : ".\($0.path): \($0.detail)" }
    throw .badRequest("failed to create typed patch object: \(problems.joined(separator: "; "))")
  }

  /// While an object is being deleted nobody else may be waited for, and its deletion is nobody's to write.
  func checkFinalizers(of content: JSONValue, _ object: StoredObject, _ key: ObjectKey) throws(APIStatus) {
    guard object.deletion != nil else { return }
    let known = Set(object.finalizers)
    let added = (content.at("metadata", "finalizers")?.array ?? []).compactMap(\.string).filter { !known.contains($0) }
    guard !added.isEmpty else { return }
    throw .invalid(
      key.kind, key.name,
      [
        FieldError(
          path: "metadata.finalizers", kind: .forbidden,
          detail: "no new finalizers can be added if the object is being deleted, found new finalizers \(added.joined(separator: ", "))")
      ])
  }

  /// Objects are made in namespaces that there are.
  func checkNamespace(of key: ObjectKey, _ draft: MetaDraft) throws(APIStatus) {
    guard key.kind.isNamespaced else { return }
    let namespace = ObjectKey(kind: .namespace, namespace: "", name: key.namespace)
    guard let object = draft.object(namespace) else {
      if key.namespace == "default" { return }
      throw .notFound(namespace)
    }
    if object.deletion != nil {
      throw APIStatus(
        403, "Forbidden",
        "\(key.kind.qualifiedPlural) \"\(key.name)\" is forbidden: unable to create new content in namespace \(key.namespace) because it is being terminated",
        kind: key.kind.plural, name: key.name, group: key.kind.group)
    }
  }
}

extension ObjectKey {
  /// `namespace/name`, or the name where there is no namespace.
  var path: String { kind.isNamespaced ? "\(namespace)/\(name)" : name }
}
