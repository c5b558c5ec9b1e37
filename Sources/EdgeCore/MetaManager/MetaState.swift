package import TwinProtocol

/// What is committed, and what of it clients have been shown.
package struct MetaState: Sendable {
  /// A twin as the API serves it, and the revision at which it was taken.
  package struct Published: Sendable {
    package var twin: DeviceTwinState
    package var resourceVersion: Int64
  }

  package var objects: [ObjectKey: StoredObject] = [:]
  package var twins: [DeviceID: DeviceTwinState] = [:]
  package var published: [DeviceID: Published] = [:]
  package var events = EventBook()
  package var lastResourceVersion: Int64 = 0

  /// A state that holds these twins and nothing else.
  package init(twins: [DeviceID: DeviceTwinState] = [:]) { self.twins = twins }

  init(_ contents: MetaContents) {
    objects = Dictionary(contents.objects.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    twins = contents.twins
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
