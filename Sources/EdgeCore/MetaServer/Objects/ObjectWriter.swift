import DeviceAPI
package import JSON
import TwinProtocol

/// Decides what creating, changing and deleting an object does: no I/O, no clock.
package struct ObjectWriter: Sendable {
  /// What a client asks of unknown fields.
  package enum FieldValidation: String, Sendable {
    case strict = "Strict"
    case warn = "Warn"
    case ignore = "Ignore"
  }

  /// How a client wants its write taken.
  package struct Manner: Sendable {
    package var fieldValidation: FieldValidation
    /// Whether it is one of `kubectl apply`.
    package var isApply: Bool

    package init(fieldValidation: FieldValidation = .warn, isApply: Bool = false) {
      self.fieldValidation = fieldValidation
      self.isApply = isApply
    }
  }

  /// An object after a write.
  package struct Written: Sendable {
    package var object: ServedObject
    package var isCreated: Bool
    package var warnings: [String]
  }

  /// Bytes that an object may have: etcd's limit, which every Kubernetes has.
  private static let maximumBytes = 1_572_864

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
    if draft.object(key) != nil { throw APIStatus.alreadyExists(key) }
    return try store(body, key, version, current: nil, before: nil, manner, draft: &draft, now: now)
  }

  /// Makes an object what `change` makes of what it is.
  ///
  /// - Parameter isStatus: Whether the request is for the status alone: then nothing but desired values is taken.
  /// - Throws: ``APIStatus``.
  package func update(
    _ key: ObjectKey, _ version: ObjectVersion, isStatus: Bool = false, _ manner: Manner, draft: inout MetaDraft, now: Int64,
    change: (JSONValue) throws -> JSONValue
  ) throws -> Written {
    guard let current = draft.served(key) else { throw APIStatus.notFound(key) }
    let before = ObjectView.json(current, in: version)
    var body = try change(before)
    if let wanted = body.at("metadata", "uid")?.string, wanted != current.stored.uid {
      throw APIStatus.conflict(key, "the UID \(wanted) in the request is not the object's, \(current.stored.uid)")
    }
    try checkRevision(of: body, key, current)
    if isStatus {
      let status = body["status"]
      body = before
      body["status"] = status
    }
    return try store(body, key, version, current: current, before: before, manner, draft: &draft, now: now)
  }

  /// Deletes an object.
  ///
  /// - Throws: ``APIStatus``.
  package func delete(_ key: ObjectKey, draft: inout MetaDraft, now: Int64) throws -> ServedObject {
    guard let current = draft.served(key) else { throw APIStatus.notFound(key) }
    draft.delete(key)
    guard key.kind != .event else { return current }
    draft.note("\(key.kind.rawValue) \(key.namespace)/\(key.name) is deleted")
    if let id = key.deviceID {
      dispatcher.sendMembership(removed: [id], draft: &draft, now: now)
    } else {
      declareDevices(of: key, draft: &draft, now: now)
    }
    return current
  }

  /// A revision that is older than the last change of what was applied is a conflict. The status moves too often to
  /// count, and a client can't write it.
  private func checkRevision(of body: JSONValue, _ key: ObjectKey, _ current: ServedObject) throws(APIStatus) {
    guard let text = body.at("metadata", "resourceVersion")?.string, !text.isEmpty else { return }
    guard let revision = Int64(text) else {
      throw .badRequest("metadata.resourceVersion: \"\(text.prefix(64))\" is not a resource version")
    }
    guard revision >= current.stored.resourceVersion, revision <= current.resourceVersion else {
      throw .conflict(key, "the object has been modified; please apply your changes to the latest version and try again")
    }
  }

  private func store(
    _ body: JSONValue, _ key: ObjectKey, _ objectVersion: ObjectVersion, current: ServedObject?, before: JSONValue?, _ manner: Manner,
    draft: inout MetaDraft, now: Int64
  ) throws -> Written {
    var (content, warnings) = try checked(body, key, objectVersion, manner.fieldValidation)
    guard let version = objectVersion.devices else {
      return try storeEvent(content, key, current: current?.stored, warnings, draft: &draft, now: now)
    }
    let wishes = DesiredValues(before: before, after: content, version: version, twin: current?.twin, isApply: manner.isApply)
    let desired = key.kind == .device ? wishes.values : [:]
    content = Self.applied(content, version, desired: desired)
    guard content.weight <= Self.maximumBytes else {
      throw APIStatus(
        413, "RequestEntityTooLarge", "the object has about \(content.weight) bytes, more than the \(Self.maximumBytes) allowed")
    }
    var declaration: DeviceDeclaration?
    if key.kind == .device {
      let declared = try declare(content, key, desired, warnings: &warnings, draft: draft)
      let errors = wishes.errors(desired, declared)
      if !errors.isEmpty { throw APIStatus.invalid(key.kind, key.name, errors) }
      declaration = declared
    } else {
      let result = DeviceModelValidator.validate(content)
      if !result.errors.isEmpty { throw APIStatus.invalid(key.kind, key.name, result.errors) }
      warnings += result.warnings
    }

    let id = key.deviceID
    let oldTwin = id.flatMap { draft.twin($0) }
    var twin = oldTwin ?? DeviceTwinState()
    let isTwinChanged = declaration.map { twin.declare($0, now: now) } ?? false
    if let stored = current?.stored, stored.content == content, stored.version == objectVersion, !isTwinChanged {
      return Written(
        object: draft.served(key) ?? ServedObject(stored: stored, resourceVersion: stored.resourceVersion), isCreated: false,
        warnings: warnings)
    }
    var object =
      current?.stored
      ?? StoredObject(key: key, uid: makeUID(), created: now, generation: 0, resourceVersion: 0, version: objectVersion, content: content)
    let specBefore = object.version == objectVersion ? object.content["spec"] : (try? convert(object.content, to: version))?["spec"]
    if object.generation == 0 || specBefore != content["spec"] || oldTwin?.wishes != twin.wishes { object.generation += 1 }
    object.version = objectVersion
    object.content = content
    object = draft.put(object)
    draft.note("\(key.kind.rawValue) \(key.namespace)/\(key.name) is \(current == nil ? "created" : "changed")")
    for (name, wish) in twin.wishes where oldTwin?.wishes[name] != wish && !wish.value.isEmpty {
      draft.note("\(key.namespace)/\(key.name): \(name) is desired \"\(wish.value.prefix(64))\"")
    }

    if let id {
      draft.put(twin, of: id, isUrgent: true)
      if oldTwin == nil { dispatcher.sendMembership(added: [id], draft: &draft, now: now) }
      draft.record(ValueChange.changes(from: oldTwin ?? DeviceTwinState(), to: twin, now: now), of: id)
      if oldTwin?.wishes != twin.wishes, let delta = twin.makeDelta(id: dispatcher.makeID(), now: now) {
        dispatcher.send(delta, to: id, draft: &draft)
      }
    } else {
      declareDevices(of: key, draft: &draft, now: now)
    }
    return Written(
      object: ServedObject(stored: object, twin: id == nil ? nil : twin, resourceVersion: object.resourceVersion),
      isCreated: current == nil, warnings: warnings)
  }

  /// The object without what a client doesn't write, its fields checked one by one.
  private func checked(
    _ body: JSONValue, _ key: ObjectKey, _ version: ObjectVersion, _ fieldValidation: FieldValidation
  ) throws(APIStatus) -> (content: JSONValue, warnings: [String]) {
    guard case .object = body else { throw .badRequest("the body is not an object but \(body.kind)") }
    var body = body
    if let given = body["apiVersion"]?.string, given != version.groupVersion {
      throw .badRequest(
        "the API version in the data (\(given)) does not match the expected API version (\(version.groupVersion))")
    }
    if let given = body["kind"]?.string, given != key.kind.rawValue {
      throw .badRequest("the kind in the data (\(given)) is not \(key.kind.rawValue)")
    }
    if let given = body.at("metadata", "name")?.string, !given.isEmpty, given != key.name {
      throw .badRequest("the name of the object (\(given)) does not match the name on the URL (\(key.name))")
    }
    if let given = body.at("metadata", "namespace")?.string, !given.isEmpty, given != key.namespace {
      throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
    }
    body["apiVersion"] = .string(version.groupVersion)
    body["kind"] = .string(key.kind.rawValue)
    if body["metadata"] == nil { body["metadata"] = [:] }
    body["metadata"]?["name"] = .string(key.name)
    body["metadata"]?["namespace"] = .string(key.namespace)

    let known = key.kind.resource.flatMap { kind in version.devices.flatMap { Schema.of(kind, $0) } }
    guard let schema = key.kind == .event ? .event : known else { throw .notFound(key) }
    let errors = schema.validate(body)
    let unknown = errors.filter { $0.kind == .unknownField }
    if fieldValidation == .strict, !unknown.isEmpty {
      let list = unknown.map { "unknown field \"\($0.path)\"" }.joined(separator: ", ")
      let name = "\(key.kind.rawValue) in version \"\(version.rawValue)\" cannot be handled as a \(key.kind.rawValue)"
      throw .badRequest("\(name): strict decoding error: \(list)")
    }
    let wrong = errors.filter { $0.kind != .unknownField } + ObjectMetaValidator.validate(body)
    if !wrong.isEmpty { throw .invalid(key.kind, key.name, wrong) }
    let warnings = fieldValidation == .ignore ? [] : unknown.map { "unknown field \"\($0.path)\"" }
    return (unknown.isEmpty ? body : schema.prune(body).0, warnings)
  }

  /// What of a body is kept: `metadata` without the server's fields, `spec`, and the desired values.
  private static func applied(
    _ body: JSONValue, _ version: APIVersion, desired: [String: DeviceDeclaration.Desired]
  ) -> JSONValue {
    var content: JSONValue = ["apiVersion": body["apiVersion"] ?? "", "kind": body["kind"] ?? ""]
    var metadata: JSONValue = [:]
    for field in ["name", "namespace", "labels", "annotations", "finalizers", "ownerReferences"] {
      metadata[field] = body.at("metadata", field).flatMap { $0.isNull ? nil : $0 }
    }
    content["metadata"] = metadata
    content["spec"] = body["spec"] ?? [:]
    guard body["kind"]?.string == ResourceKind.device.rawValue else { return content }
    switch version {
    case .v1beta1:
      guard let properties = content.at("spec", "properties")?.array else { break }
      content["spec"]?["properties"] = .array(
        properties.map { entry in
          var entry = entry
          if let name = entry["name"]?.string { entry["desired"] = desired[name]?.json }
          return entry
        })
    case .v1alpha2:
      let twins = desired.sorted { $0.key < $1.key }.map { name, value -> JSONValue in
        ["propertyName": .string(name), "desired": value.json]
      }
      if !twins.isEmpty { content["status"] = ["twins": .array(twins)] }
    }
    return content
  }

  private func declare(
    _ content: JSONValue, _ key: ObjectKey, _ desired: [String: DeviceDeclaration.Desired], warnings: inout [String], draft: MetaDraft
  ) throws(APIStatus) -> DeviceDeclaration {
    let device: Device
    do throws(DeviceAPIError) {
      device = try Device(decoding: content)
    } catch {
      throw .invalid(key.kind, key.name, [FieldError(path: error.path, kind: .invalid, detail: error.problem)])
    }
    let model = draft.model(of: device, in: key.namespace)
    let result = DeviceValidator.validate(content, model: model)
    if !result.errors.isEmpty { throw .invalid(key.kind, key.name, result.errors) }
    warnings += result.warnings
    if let node = device.spec.nodeName, node != dispatcher.node {
      warnings.append(
        "the device belongs to the node \(node), and this edgecore is the node \(dispatcher.node): its mappers leave it alone")
    }
    return DeviceDeclaration(device: device, model: model, desired: desired)
  }

  /// Makes the twins of a model's devices what the model says now, or no longer says.
  private func declareDevices(of key: ObjectKey, draft: inout MetaDraft, now: Int64) {
    for object in draft.objects(.device, namespace: key.namespace) {
      guard let id = object.key.deviceID, var twin = draft.twin(id), twin.modelName == key.name,
        let device = try? Device(decoding: object.content)
      else { continue }
      let declaration = DeviceDeclaration(
        device: device, model: draft.model(of: device, in: key.namespace), desired: DesiredValues.kept(twin))
      let before = twin
      if twin.declare(declaration, now: now) {
        draft.put(twin, of: id, isUrgent: true)
        draft.record(ValueChange.changes(from: before, to: twin, now: now), of: id)
        if let delta = twin.makeDelta(id: dispatcher.makeID(), now: now) { dispatcher.send(delta, to: id, draft: &draft) }
      }
    }
  }
}

extension MetaDraft {
  /// The model that a device names.
  fileprivate func model(of device: Device, in namespace: String) -> DeviceModel? {
    guard let name = device.spec.modelName,
      let object = object(ObjectKey(kind: .deviceModel, namespace: namespace, name: name))
    else { return nil }
    return try? DeviceModel(decoding: object.content)
  }
}
