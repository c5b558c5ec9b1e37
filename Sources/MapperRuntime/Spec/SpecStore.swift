package import DeviceAPI
package import JSON
package import MapperSDK

/// The Devices and DeviceModels there are, and what of them concerns one mapper.
///
/// A value: objects go in, changes of the mapper's own devices come out.
package struct SpecStore: Sendable {
  /// A device as this mapper has to run it.
  package enum Entry: Sendable, Hashable {
    /// The device with what its model says.
    case ready(ResolvedDevice)
    /// Something in it, or in its model, is wrong, and what.
    case broken(String)
    /// Something it needs isn't there yet, and what.
    case waiting(String)
    /// Its configuration refers to what isn't there, or can't be used, and what; of nothing secret.
    case unresolved(String)
    /// It was the mapper's, is there, and is the mapper's no more, and why.
    case released(String)
  }

  /// A change of one of the mapper's devices.
  package struct Change: Sendable, Hashable {
    /// Which device.
    package let name: DeviceName
    /// What it is now; `nil` when it is no longer there.
    package let entry: Entry?

    /// A change.
    package init(name: DeviceName, entry: Entry?) {
      self.name = name
      self.entry = entry
    }
  }

  private let node: String?
  private let protocolName: String
  private let takesUnassigned: Bool
  private let keepsDesired: Bool
  private var devices: [DeviceName: Device] = [:]
  private var models: [DeviceName: DeviceModel] = [:]
  private var brokenDevices: [DeviceName: String] = [:]
  private var brokenModels: [DeviceName: String] = [:]
  /// The properties of a model's device that came last.
  private var shared: [DeviceName: [ResolvedProperty]] = [:]
  private var entries: [DeviceName: Entry] = [:]
  /// Whether the devices come from files.
  private var isFromFiles = false
  /// What the devices refer to; `nil`: references stay as they are written.
  private var references: SpecReferences?
  /// What files lack of what their devices refer to, with its places.
  private var unresolved: [DeviceName: String] = [:]

  /// The devices of a node that speak a protocol.
  ///
  /// - Parameters:
  ///   - node: The node; `nil`: of all nodes.
  ///   - takesUnassigned: Whether devices that name no node are the mapper's, as those of a file are that it was given.
  ///   - keepsDesired: Whether desired values are the mapper's business; else edgecore tells them, and those of the objects
  ///     are left out.
  ///   - references: What resolves references to Secrets and ConfigMaps.
  package init(
    node: String?, protocolName: String, takesUnassigned: Bool = false, keepsDesired: Bool = false, references: SpecReferences? = nil
  ) {
    self.references = references
    self.node = node
    self.protocolName = protocolName
    self.takesUnassigned = takesUnassigned
    self.keepsDesired = keepsDesired
  }

  /// Takes all Devices and DeviceModels that files describe.
  package mutating func reset(_ snapshot: SpecSnapshot) -> [Change] {
    let old = Set(entries.keys)
    isFromFiles = true
    devices = snapshot.devices
    models = snapshot.models
    brokenDevices = snapshot.brokenDevices
    brokenModels = snapshot.brokenModels
    references?.reset(snapshot.referenced)
    unresolved = snapshot.unresolvedDevices.mapValues { $0.map(\.description).joined(separator: "; ") }
    return old.union(devices.keys).union(brokenDevices.keys).sorted().flatMap { refresh($0) }
  }

  /// Takes all Devices there are.
  package mutating func resetDevices(_ objects: [JSONValue]) -> [Change] {
    let old = Set(devices.keys)
    devices = [:]
    var changes: [Change] = []
    for object in objects { changes += deviceChanged(object) }
    for name in old.union(entries.keys).subtracting(devices.keys).sorted() { changes += refresh(name) }
    return changes
  }

  /// Takes all DeviceModels there are.
  package mutating func resetModels(_ objects: [JSONValue]) -> [Change] {
    models = [:]
    for object in objects {
      guard let model = try? DeviceModel(decoding: object) else { continue }
      models[DeviceName(model.metadata)] = model
    }
    return devices.keys.sorted().flatMap { refresh($0) }
  }

  /// Takes a new or changed Device.
  package mutating func deviceChanged(_ object: JSONValue) -> [Change] {
    do {
      let device = try Device(decoding: object)
      let name = DeviceName(device.metadata)
      devices[name] = device
      return refresh(name)
    } catch {
      // Whose it is can't be told from what can't be read, unless it was this mapper's before.
      guard let name = DeviceName(object: object), entries[name] != nil || Self.mentions(object, node) else { return [] }
      devices[name] = nil
      references?.forget(name)
      return set(.broken("\(error)"), name)
    }
  }

  /// The Secrets and ConfigMaps that the mapper's devices refer to.
  package var referenced: Set<ReferencedObject> { references?.objects ?? [] }

  /// Takes a new or changed Secret or ConfigMap; `nil` when nothing is known of it, which leaves its devices as they are.
  package mutating func contentChanged(of object: ReferencedObject, _ content: ReferencedContent?) -> [Change] {
    guard references?.set(content, of: object) == true else { return [] }
    let concerned = references?.devices(using: object) ?? []
    return concerned.sorted().flatMap { refresh($0) }
  }

  /// Takes a Device that is gone.
  package mutating func deviceRemoved(_ object: JSONValue) -> [Change] {
    guard let name = DeviceName(object: object) else { return [] }
    devices[name] = nil
    return refresh(name)
  }

  /// Takes a new or changed DeviceModel.
  package mutating func modelChanged(_ object: JSONValue) -> [Change] {
    guard let name = DeviceName(object: object) else { return [] }
    models[name] = try? DeviceModel(decoding: object)
    return refreshDevices(of: name)
  }

  /// Takes a DeviceModel that is gone.
  package mutating func modelRemoved(_ object: JSONValue) -> [Change] {
    guard let name = DeviceName(object: object) else { return [] }
    models[name] = nil
    return refreshDevices(of: name)
  }

  private mutating func refreshDevices(of model: DeviceName) -> [Change] {
    let concerned = devices.filter { $0.key.namespace == model.namespace && $0.value.spec.modelName == model.name }
    return concerned.keys.sorted().flatMap { refresh($0) }
  }

  private mutating func refresh(_ name: DeviceName) -> [Change] {
    references?.forget(name)
    var entry = brokenDevices[name].map { Entry.broken($0) }
    if entry == nil, let device = devices[name] { entry = self.entry(device) }
    if case .ready(let device)? = entry, device.hasReferences, references != nil {
      // Until all is known that the device refers to, it stays what it was, but that it waits for its model.
      guard let resolved = references?.resolve(device, name) else {
        guard case .waiting? = entries[name] else { return [] }
        entries[name] = nil
        return [Change(name: name, entry: nil)]
      }
      entry = resolved
      if case .unresolved = resolved, let placed = unresolved[name] { entry = .unresolved(placed) }
    }
    return set(entry, name)
  }

  private mutating func set(_ entry: Entry?, _ name: DeviceName) -> [Change] {
    guard entries[name] != entry else { return [] }
    entries[name] = entry
    guard entry == nil, let reason = reasonForRelease(name) else { return [Change(name: name, entry: entry)] }
    return [Change(name: name, entry: .released(reason))]
  }

  /// Why a device that was the mapper's isn't any more; `nil` when it is gone.
  private func reasonForRelease(_ name: DeviceName) -> String? {
    // Files leave out what isn't this mapper's: then edgecore may still have the device, or not.
    if isFromFiles { return "its mapper's files have no such device any more" }
    guard let device = devices[name] else { return nil }
    guard isOfNode(device) else {
      return "the device is of the node \(device.spec.nodeName ?? "\"\"") now, and its mapper of \(node ?? "")"
    }
    let modelName = device.spec.modelName ?? ""
    let model = models[DeviceName(namespace: name.namespace, name: modelName)]
    guard let other = device.spec.protocolName ?? model?.spec.protocolName else {
      return model == nil ? "the DeviceModel \(modelName) isn't there any more" : "the device has no protocol any more"
    }
    return "the device's protocol is \(other) now, and its mapper's is \(protocolName)"
  }

  private func isOfNode(_ device: Device) -> Bool {
    node == nil || device.spec.nodeName == node || (takesUnassigned && device.spec.nodeName == nil)
  }

  private mutating func entry(_ device: Device) -> Entry? {
    guard isOfNode(device) else { return nil }
    if let name = device.spec.protocolName, name != protocolName { return nil }
    guard let modelName = device.spec.modelName else {
      return device.spec.protocolName == nil ? nil : .broken("spec.deviceModelRef.name: is missing")
    }
    let modelID = DeviceName(namespace: device.metadata.namespace, name: modelName)
    guard let model = models[modelID] else {
      // Without a model whose protocol could be this mapper's there is nothing to say.
      guard device.spec.protocolName != nil else { return nil }
      return brokenModels[modelID].map { .broken("its DeviceModel \(modelName) can't be used: \($0)") }
        ?? .waiting("the DeviceModel \(modelName) isn't there yet")
    }
    var resolved = ResolvedDevice(device: device, model: model)
    if !keepsDesired {
      for index in resolved.properties.indices { resolved.properties[index].desired = nil }
    }
    guard resolved.protocolName == protocolName else { return nil }
    // Devices of a model that say the same of its properties share what is said.
    if let alike = shared[modelID], alike == resolved.properties {
      resolved.properties = alike
    } else {
      shared[modelID] = resolved.properties
    }
    return .ready(resolved)
  }

  private static func mentions(_ object: JSONValue, _ node: String?) -> Bool { node == nil || Device.nodeName(of: object) == node }
}

extension Device {
  /// The node that an object of the API in v1beta1 names.
  static func nodeName(of object: JSONValue) -> String? { object.at("spec", "nodeName")?.string }
}

extension DeviceName {
  init(_ metadata: ObjectMeta) { self.init(namespace: metadata.namespace, name: metadata.name) }

  init?(object: JSONValue) {
    guard let name = object.at("metadata", "name")?.string else { return nil }
    self.init(namespace: object.at("metadata", "namespace")?.string ?? "default", name: name)
  }
}
