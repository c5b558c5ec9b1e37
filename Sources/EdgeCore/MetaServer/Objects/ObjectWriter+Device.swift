import DeviceAPI
import JSON
import TwinProtocol

extension ObjectWriter {
  /// Makes a Device's content what is kept of it, and its twin what that declares.
  func prepareDevice(_ content: inout JSONValue, _ plan: inout Plan, _ draft: MetaDraft, now: Int64) throws -> DeviceTwinState {
    guard let version = plan.version.devices else { throw APIStatus.notFound(plan.key) }
    let wishes = DesiredValues(
      before: plan.before, after: content, version: version, twin: plan.current?.twin, isApply: plan.manner.isApply, isExact: plan.isExact)
    let desired = wishes.values
    content = Self.applied(content, desired: desired)
    let declaration = try declare(content, desired, &plan, draft)
    let errors = wishes.errors(desired, declaration)
    if !errors.isEmpty { throw APIStatus.invalid(plan.key.kind, plan.key.name, errors) }
    var twin = plan.key.deviceID.flatMap { draft.twin($0) } ?? DeviceTwinState()
    _ = twin.declare(declaration, now: now)
    return twin
  }

  /// Stores a Device's twin, and tells of what changed.
  func put(_ twin: DeviceTwinState, over old: DeviceTwinState?, of key: ObjectKey, draft: inout MetaDraft, now: Int64) {
    guard let id = key.deviceID else { return }
    for (name, wish) in twin.wishes where old?.wishes[name] != wish && !wish.value.isEmpty {
      draft.note("\(key.path): \(name) is desired \"\(wish.value.prefix(64))\"")
    }
    draft.put(twin, of: id, isUrgent: true)
    if old == nil { dispatcher.sendMembership(added: [id], draft: &draft, now: now) }
    draft.record(ValueChange.changes(from: old ?? DeviceTwinState(), to: twin, now: now), of: id)
    if old?.wishes != twin.wishes, let delta = twin.makeDelta(id: dispatcher.makeID(), now: now) {
      dispatcher.send(delta, to: id, draft: &draft)
    }
  }

  /// What of a Device or DeviceModel is kept: `metadata` without the server's fields, `spec`, and the desired values.
  static func applied(_ body: JSONValue, desired: [String: DeviceDeclaration.Desired]) -> JSONValue {
    var content: JSONValue = ["apiVersion": body["apiVersion"] ?? "", "kind": body["kind"] ?? ""]
    content["metadata"] = keptMetadata(body)
    content["spec"] = body["spec"].flatMap { $0.isNull ? nil : $0 } ?? [:]
    guard body["kind"]?.string == ResourceKind.device.rawValue else { return content }
    if body["apiVersion"]?.string == APIVersion.v1beta1.groupVersion {
      guard let properties = content.at("spec", "properties")?.array else { return content }
      content["spec"]?["properties"] = .array(
        properties.map { entry in
          var entry = entry
          if let name = entry["name"]?.string { entry["desired"] = desired[name]?.json }
          return entry
        })
    } else {
      let twins = desired.sorted { $0.key < $1.key }.map { name, value -> JSONValue in
        ["propertyName": .string(name), "desired": value.json]
      }
      if !twins.isEmpty { content["status"] = ["twins": .array(twins)] }
    }
    return content
  }

  private func declare(
    _ content: JSONValue, _ desired: [String: DeviceDeclaration.Desired], _ plan: inout Plan, _ draft: MetaDraft
  ) throws(APIStatus) -> DeviceDeclaration {
    let key = plan.key
    let device: Device
    do throws(DeviceAPIError) {
      device = try Device(decoding: content)
    } catch {
      throw .invalid(key.kind, key.name, [FieldError(path: error.path, kind: .invalid, detail: error.problem)])
    }
    let model = draft.model(of: device, in: key.namespace)
    // A label or a wish must not be refused for what was there before, whatever a newer driver thinks of it.
    let isNew = plan.current.map { Self.configured($0.stored.content) != Self.configured(content) } ?? true
    let result = DeviceValidator.validate(
      content, model: model, driver: { isNew ? draft.drivers[$0] : nil },
      references: isNew ? .objects { draft.content(of: $0) } : .none)
    if !result.errors.isEmpty { throw .invalid(key.kind, key.name, result.errors) }
    plan.warnings += result.warnings
    if let node = device.spec.nodeName, node != dispatcher.node {
      plan.warnings.append(
        "the device belongs to the node \(node), and this edgecore is the node \(dispatcher.node): its mappers leave it alone")
    }
    return DeviceDeclaration(device: device, model: model, desired: desired)
  }

  /// What a Device says to its driver.
  private static func configured(_ content: JSONValue) -> JSONValue {
    var spec = content["spec"] ?? [:]
    if let properties = spec["properties"]?.array {
      spec["properties"] = .array(
        properties.map { entry in
          var entry = entry
          entry["desired"] = nil
          return entry
        })
    }
    return ["version": content["apiVersion"] ?? "", "spec": spec]
  }

  /// Makes the twins of a model's devices what the model says now, or no longer says.
  func declareDevices(of key: ObjectKey, draft: inout MetaDraft, now: Int64) {
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
    device.spec.modelName.flatMap { model(named: $0, in: namespace) }
  }

  /// A model that can be read as one.
  func model(named name: String, in namespace: String) -> DeviceModel? {
    object(ObjectKey(kind: .deviceModel, namespace: namespace, name: name)).flatMap { try? DeviceModel(decoding: $0.content) }
  }

  /// What a device refers to, as it is kept.
  fileprivate func content(of referenced: ReferencedObject) -> ReferencedContent {
    let kind: ObjectKind =
      switch referenced.kind {
      case .secret: .secret
      case .configMap: .configMap
      }
    return object(ObjectKey(kind: kind, namespace: referenced.namespace, name: referenced.name)).map { .object($0.content) } ?? .absent
  }
}
