package import DeviceAPI
package import TwinProtocol

/// What is committed, and what of it clients have been shown.
package struct MetaState: Sendable {
  /// A twin as the API serves it, and the revision at which it was taken.
  package struct Published: Sendable {
    package var twin: DeviceTwinState
    package var resourceVersion: Int64
  }

  package private(set) var objects: [ObjectKey: StoredObject] = [:]
  package private(set) var twins: [DeviceID: DeviceTwinState] = [:]
  /// The namespaces but `default` in which there are devices of a name: topics of the old shape have the name alone.
  private var foreignNamespaces: [String: Set<String>] = [:]
  package var published: [DeviceID: Published] = [:]
  package var events = EventBook()
  private var ownedFields = OwnedFieldsPool()
  /// What drivers say of the configurations they expect.
  package private(set) var drivers = DriverSchemaLibrary()
  /// Objects by the identities of those they belong to.
  private(set) var dependents: [String: Set<ObjectKey>] = [:]
  package var lastResourceVersion: Int64 = 0

  /// A state that holds these twins and nothing else.
  package init(twins: [DeviceID: DeviceTwinState] = [:]) {
    for (id, twin) in twins { set(twin, of: id) }
  }

  /// Takes a twin in the place of the one before; `nil` for a device that is gone.
  mutating func set(_ twin: DeviceTwinState?, of id: DeviceID) {
    if id.namespace != "default", (twin == nil) != (twins[id] == nil) {
      if twin == nil {
        foreignNamespaces[id.name]?.remove(id.namespace)
      } else {
        foreignNamespaces[id.name, default: []].insert(id.namespace)
      }
      if foreignNamespaces[id.name]?.isEmpty == true { foreignNamespaces[id.name] = nil }
    }
    twins[id] = twin
  }

  /// Takes an object in the place of the one before; `nil` for one that is gone.
  mutating func set(_ object: StoredObject?, for key: ObjectKey) {
    for owner in objects[key]?.owners ?? [] {
      dependents[owner]?.remove(key)
      if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
    }
    for owner in object?.owners ?? [] { dependents[owner, default: []].insert(key) }
    guard var object else {
      objects[key] = nil
      if key.kind == .configMap { drivers.remove(namespace: key.namespace, name: key.name) }
      return
    }
    // One that can't be read counts for nothing; the mapper that wrote it writes it again.
    if key.kind == .configMap { _ = try? drivers.put(object.content) }
    ownedFields.share(&object.managed)
    objects[key] = object
  }

  /// The devices of that name, whatever their namespace.
  func namesakes(_ name: String) -> Set<DeviceID> {
    var ids = Set((foreignNamespaces[name] ?? []).map { DeviceID(namespace: $0, name: name) })
    let own = DeviceID(name: name)
    if twins[own] != nil { ids.insert(own) }
    return ids
  }

  init(_ contents: MetaContents) {
    self.init(twins: contents.twins)
    objects.reserveCapacity(contents.objects.count)
    for object in contents.objects { set(object, for: object.key) }
    for object in contents.objects.sorted(by: { $0.resourceVersion < $1.resourceVersion }) { events.put(object) }
    lastResourceVersion = contents.reservedResourceVersion
    // Revisions of a status aren't stored: every start is a new one for every device, so none ever goes back.
    if !twins.isEmpty { lastResourceVersion += 1 }
    for (id, twin) in twins { published[id] = Published(twin: twin, resourceVersion: lastResourceVersion) }
  }

  /// An object as clients see it.
  func served(_ key: ObjectKey) -> ServedObject? {
    guard let object = objects[key] else { return nil }
    guard let id = key.deviceID, let published = published[id] else {
      return ServedObject(stored: object, twin: nil, resourceVersion: object.resourceVersion)
    }
    return ServedObject(
      stored: object, twin: published.twin, resourceVersion: max(object.resourceVersion, published.resourceVersion))
  }
}
