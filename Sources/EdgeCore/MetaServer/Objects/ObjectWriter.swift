import DeviceAPI
package import JSON
import TwinProtocol

/// Decides what creating, changing and deleting an object does: no I/O, no clock.
package struct ObjectWriter: Sendable {
  /// What a client asks of unknown fields.
  package enum FieldValidation: String, Sendable, CaseIterable {
    case strict = "Strict"
    case warn = "Warn"
    case ignore = "Ignore"
  }

  /// How a client wants its write taken.
  package struct Manner: Sendable {
    package var fieldValidation: FieldValidation
    /// What the body says more than once, of which only the last is taken.
    package var duplicateFields: [String]
    /// Whether it is one of `kubectl apply` without `--server-side`.
    package var isApply: Bool
    /// The client's name, under which the fields that it sets are noted.
    package var manager: String
    /// Whether the client may not read the data of Secrets, not even by what becomes of its writes.
    package var concealsSecrets: Bool

    package init(
      fieldValidation: FieldValidation = .warn, duplicateFields: [String] = [], isApply: Bool = false, manager: String = "unknown",
      concealsSecrets: Bool = false
    ) {
      self.fieldValidation = fieldValidation
      self.duplicateFields = duplicateFields
      self.isApply = isApply
      self.manager = manager
      self.concealsSecrets = concealsSecrets
    }
  }

  /// How an object is changed.
  package enum Change: Sendable {
    /// It becomes this.
    case replace(JSONValue)
    /// It becomes what is made of it.
    case patch(@Sendable (JSONValue) throws -> JSONValue)
    /// Server-side apply: it gets what the configuration says, and loses what an earlier one said.
    case apply(JSONValue, force: Bool)
  }

  /// An object after a write.
  package struct Written: Sendable {
    package var object: ServedObject
    package var isCreated: Bool
    package var warnings: [String]
  }

  /// What a write is about to store.
  struct Plan {
    var key: ObjectKey
    var version: ObjectVersion
    var current: ServedObject?
    /// The object before the write as the writer sees it; `nil` when it is made.
    var before: JSONValue?
    var manner: Manner
    /// Whether the request is for the status alone.
    var isStatus = false
    /// Whether the client sent what is to change, and not the object.
    var isPatch = false
    /// Who set what after it, where a server-side apply has decided that already.
    var managed: ManagedFields?
    /// Who set what before it, where the client says that otherwise.
    var givenManaged: ManagedFields?
    /// Whether desired values that aren't there are removed, wherever they stood.
    var isExact = false
    /// Keys of a Secret's data that were written by somebody who may not know whether that changes them.
    var concealedWrites: Set<String> = []
    var warnings: [String] = []
  }

  /// Bytes that an object may have: etcd's limit, which every Kubernetes has.
  static let maximumBytes = 1_572_864

  let dispatcher: TwinDispatcher
  let makeUID: @Sendable () -> String

  package init(dispatcher: TwinDispatcher, makeUID: @escaping @Sendable () -> String) {
    self.dispatcher = dispatcher
    self.makeUID = makeUID
  }

  /// Creates an object.
  ///
  /// - Throws: ``APIStatus``.
  package func create(
    _ body: JSONValue, _ key: ObjectKey, _ version: ObjectVersion, _ manner: Manner, draft: inout MetaDraft, now: Int64
  ) throws -> Written {
    if let revision = body.at("metadata", "resourceVersion")?.string, !["", "0"].contains(revision) {
      throw APIStatus.badRequest("resourceVersion should not be set on objects to be created")
    }
    try checkNamespace(of: key, draft)
    let current = draft.object(key)
    return try store(body, Plan(key: key, version: version, manner: manner), draft: &draft, now: now) {
      guard let current else { return }
      throw current.deletion == nil ? APIStatus.alreadyExists(key) : .stillDeleting(key)
    }
  }

  /// Changes an object; an apply makes it where there is none.
  ///
  /// - Parameter isStatus: Whether the request is for the status alone: of a Device nothing but desired values is taken then.
  /// - Throws: ``APIStatus``.
  package func update(
    _ key: ObjectKey, _ version: ObjectVersion, isStatus: Bool = false, _ manner: Manner, _ change: Change, draft: inout MetaDraft,
    now: Int64
  ) throws -> Written {
    let current = draft.served(key)
    let edit: (JSONValue) throws -> JSONValue
    var isReplacement = false
    switch change {
    case .apply(let configuration, let force):
      return try apply(configuration, force: force, key, version, isStatus: isStatus, manner, current, draft: &draft, now: now)
    case .replace(let object): (isReplacement, edit) = (true, { _ in object })
    case .patch(let patch): edit = patch
    }
    guard let current else { throw APIStatus.notFound(key) }
    let before = ObjectView.json(current, in: version)
    var plan = Plan(key: key, version: version, current: current, before: before, manner: manner, isStatus: isStatus)
    let concealed = key.kind == .secret && manner.concealsSecrets ? ConcealedData(of: before) : nil
    var body = try edit(concealed?.masked(before) ?? before)
    plan.isPatch = !isReplacement
    if isReplacement { try checkReplacement(body, key) } else { try checkPatched(body, plan) }
    if let concealed {
      plan.concealedWrites = ConcealedData.written(in: body)
      body = concealed.restored(body)
    }
    if isReplacement, let wanted = body.at("metadata", "uid")?.string, !wanted.isEmpty, wanted != current.stored.uid {
      throw APIStatus.conflict(
        key, "Precondition failed: UID in precondition: \(wanted.prefix(64)), UID in object meta: \(current.stored.uid)")
    }
    try checkRevision(of: body, key, current)
    if !isStatus { try checkImmutable(body, plan) }
    try takeManaged(from: body, before, into: &plan)
    if isStatus { body = before.with(status: body["status"]) }
    return try store(body, plan, draft: &draft, now: now)
  }

  private func apply(
    _ configuration: JSONValue, force: Bool, _ key: ObjectKey, _ version: ObjectVersion, isStatus: Bool, _ manner: Manner,
    _ current: ServedObject?, draft: inout MetaDraft, now: Int64
  ) throws -> Written {
    guard let schema = key.kind.definition.schemas[version] else { throw APIStatus.notFound(key) }
    if current == nil {
      if isStatus { throw APIStatus.notFound(key) }
      try checkNamespace(of: key, draft)
      if let uid = configuration.at("metadata", "uid")?.string, !uid.isEmpty {
        throw APIStatus.conflict(key, "uid mismatch: the provided object specified uid \(uid.prefix(64)), and no existing object was found")
      }
    }
    try checkConfiguration(configuration, key, version, schema)
    let before = current.map { ObjectView.json($0, in: version) }
    if let current {
      try checkRevision(of: configuration, key, current)
      try checkImmutable(configuration, Plan(key: key, version: version, current: current, manner: manner))
    }
    var plan = Plan(
      key: key, version: version, current: current, before: before, manner: manner, isStatus: isStatus, isExact: true)
    var live = before
    if key.kind == .secret, manner.concealsSecrets {
      plan.concealedWrites = ConcealedData.written(in: configuration)
      live = before.map { ConcealedData(of: $0).masked($0, only: Set(configuration["data"]?.object?.keys ?? [])) }
    }
    let owned = OwnedView(kind: key.kind, version: version, isStatus: isStatus)
    let manager = FieldManager(
      manager: manner.manager, operation: .apply, version: version, subresource: isStatus ? "status" : "", schema: schema, now: now)
    func applied(force: Bool) throws(FieldManager.Conflict) -> (object: JSONValue, managed: ManagedFields) {
      try manager.apply(
        owned.stripped(configuration), to: live.map(owned.stripped) ?? [:], current?.stored.managed ?? ManagedFields(), force: force,
        convert: owned.converter)
    }
    let lastApplied = LastApplied(of: before ?? [:], manager: manner.manager)
    let result: (object: JSONValue, managed: ManagedFields)
    do throws(FieldManager.Conflict) {
      do throws(FieldManager.Conflict) {
        result = try applied(force: force)
      } catch {
        guard let remaining = lastApplied?.remaining(of: error, in: before ?? [:], owned, schema) else { throw error }
        guard remaining.fields.isEmpty else { throw remaining }
        result = try applied(force: true)
      }
    } catch {
      throw APIStatus.applyConflict(error)
    }
    var body = owned.restored(result.object, in: before ?? [:])
    body["metadata"]?["name"] = .string(key.name)
    lastApplied?.renew(in: &body, configuration)
    plan.managed = result.managed
    return try store(body, plan, draft: &draft, now: now)
  }

  /// The account of who set what, where a client writes it itself: none at all, or one with other names.
  private func takeManaged(from body: JSONValue, _ before: JSONValue, into plan: inout Plan) throws(APIStatus) {
    guard let wanted = body.at("metadata", "managedFields"), !wanted.isNull, wanted != before.at("metadata", "managedFields") else {
      return
    }
    if wanted == [] { return }
    if wanted == [[:]] {
      plan.givenManaged = ManagedFields()
      return
    }
    let problems = ManagedFields.problems(in: wanted)
    guard problems.isEmpty, let managed = ManagedFields(wanted) else {
      let unreadable = FieldError(path: "metadata.managedFields", kind: .invalid, detail: "it isn't a list of managers with their fieldsV1")
      throw .invalid(plan.key.kind, plan.key.name, problems.isEmpty ? [unreadable] : problems)
    }
    guard body.weight <= Self.maximumBytes else { throw Self.tooLarge(body.weight) }
    plan.givenManaged = managed
  }

  private static func tooLarge(_ bytes: Int) -> APIStatus {
    APIStatus(413, "RequestEntityTooLarge", "the object has about \(bytes) bytes, more than the \(maximumBytes) allowed")
  }

  // MARK: Storing

  /// Stores what a body says, when it is right.
  ///
  /// - Parameter precondition: What is checked when everything else is right.
  func store(
    _ body: JSONValue, _ given: Plan, draft: inout MetaDraft, now: Int64, precondition: () throws -> Void = {}
  ) throws -> Written {
    var plan = given
    let key = plan.key
    var content = try checked(body, &plan, draft)
    var twin: DeviceTwinState?
    switch key.kind {
    case .device: twin = try prepareDevice(&content, &plan, draft, now: now)
    case .deviceModel:
      content = Self.applied(content, desired: [:])
      let isNew = plan.current.map { $0.stored.content["spec"] != content["spec"] } ?? true
      let drivers = draft.drivers
      let result = DeviceModelValidator.validate(
        content, driver: { isNew ? drivers[$0] : nil }, references: isNew ? .form : .none)
      if !result.errors.isEmpty { throw APIStatus.invalid(key.kind, key.name, result.errors) }
      plan.warnings += result.warnings
    case .event: content = try Self.event(content, key)
    default: content = try ordinary(content, plan)
    }
    guard content.weight <= Self.maximumBytes else { throw Self.tooLarge(content.weight) }
    try precondition()

    let oldTwin = key.deviceID.flatMap { draft.twin($0) }
    var object =
      plan.current?.stored
      ?? StoredObject(key: key, uid: makeUID(), created: now, generation: 0, resourceVersion: 0, version: plan.version, content: content)
    try checkFinalizers(of: content, object, key)
    let before = object
    if object.generation == 0 || asks(before, plan.version) != asks(content, key.kind, plan.version) || oldTwin?.wishes != twin?.wishes {
      object.generation += 1
    }
    object.version = plan.version
    object.content = content
    object.managed = managed(of: object, twin, plan, now: now)
    if plan.current != nil, before.content == content, before.version == object.version, before.managed.says(theSameAs: object.managed),
      twin == oldTwin
    {
      return Written(
        object: draft.served(key) ?? ServedObject(stored: before, resourceVersion: before.resourceVersion), isCreated: false,
        warnings: plan.warnings)
    }
    if isReleased(object, draft) {
      let last = ServedObject(stored: object, twin: twin, resourceVersion: plan.current?.resourceVersion ?? 0)
      remove(object, draft: &draft, now: now)
      return Written(object: last, isCreated: false, warnings: plan.warnings)
    }
    object = draft.put(object)
    if key.kind != .event {
      draft.note("\(key.kind.rawValue) \(key.path) is \(plan.current == nil ? "created" : "changed")")
    }
    switch key.kind {
    case .device: if let twin { put(twin, over: oldTwin, of: key, draft: &draft, now: now) }
    case .deviceModel: declareDevices(of: key, draft: &draft, now: now)
    default: break
    }
    return Written(
      object: ServedObject(stored: object, twin: twin, resourceVersion: object.resourceVersion), isCreated: plan.current == nil,
      warnings: plan.warnings)
  }

  /// What of an object its generation counts: everything but the metadata, and the status where that is apart.
  private func asks(_ content: JSONValue, _ kind: ObjectKind, _ version: ObjectVersion) -> JSONValue {
    var content = content
    for field in ["metadata", "apiVersion", "kind"] { content[field] = nil }
    if kind == .device || kind.hasStatus(in: version) { content["status"] = nil }
    return content
  }

  private func asks(_ object: StoredObject, _ version: ObjectVersion) -> JSONValue {
    guard object.version != version, let other = version.devices, let converted = try? convert(object.content, to: other) else {
      return asks(object.content, object.key.kind, version)
    }
    return asks(converted, object.key.kind, version)
  }

  /// Who set what of an object once it is this.
  private func managed(of object: StoredObject, _ twin: DeviceTwinState?, _ plan: Plan, now: Int64) -> ManagedFields {
    if let managed = plan.managed { return managed }
    guard object.key.kind != .event, let schema = object.key.kind.definition.schemas[plan.version] else { return ManagedFields() }
    let owned = OwnedView(kind: object.key.kind, version: plan.version, isStatus: plan.isStatus)
    let after = ObjectView.json(ServedObject(stored: object, twin: twin, resourceVersion: 0), in: plan.version)
    let manager = FieldManager(
      manager: plan.manner.manager, operation: .update, version: plan.version, subresource: plan.isStatus ? "status" : "", schema: schema,
      now: now)
    let before = plan.before.map { plan.concealedWrites.isEmpty ? $0 : ConcealedData(of: $0).masked($0, only: plan.concealedWrites) }
    return manager.updated(
      plan.givenManaged ?? object.managed, from: before.map(owned.stripped) ?? [:], to: owned.stripped(after), convert: owned.converter)
  }

  /// An object of a kind about which the server has no opinion.
  private func ordinary(_ body: JSONValue, _ plan: Plan) throws(APIStatus) -> JSONValue {
    var content = body
    content["metadata"] = Self.keptMetadata(body)
    if plan.key.kind.hasStatus(in: plan.version), !plan.isStatus { content["status"] = plan.current?.stored.content["status"] }
    try complete(&content, plan)
    return content
  }

  /// What of the metadata its author writes.
  static func keptMetadata(_ body: JSONValue) -> JSONValue {
    var metadata: JSONValue = [:]
    for field in ["name", "generateName", "namespace", "labels", "annotations", "finalizers", "ownerReferences"] {
      metadata[field] = body.at("metadata", field).flatMap { $0.isNull || $0 == [:] || $0 == [] || $0 == "" ? nil : $0 }
    }
    return metadata
  }
}

extension JSONValue {
  fileprivate func with(status: JSONValue?) -> JSONValue {
    var object = self
    object["status"] = status
    return object
  }
}
