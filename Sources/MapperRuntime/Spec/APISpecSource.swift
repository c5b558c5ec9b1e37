internal import APIClient
internal import DeviceAPI
internal import Logging
internal import ServiceLifecycle

/// Follows the Devices and DeviceModels of the API server.
struct APISpecSource: SpecSource {
  private let client: APIClient
  private let node: String
  private let protocolName: String
  private let references: SpecReferences
  private let submit: @Sendable ([SpecStore.Change]) -> Void
  private let onDevices: @Sendable () -> Void
  private let logger: Logger

  /// - Parameter onDevices: Told each time all Devices have been listed.
  init(
    client: APIClient, node: String, protocolName: String, references: SpecReferences, logger: Logger,
    submit: @escaping @Sendable ([SpecStore.Change]) -> Void,
    onDevices: @escaping @Sendable () -> Void = {}
  ) {
    self.client = client
    self.node = node
    self.protocolName = protocolName
    self.references = references
    self.logger = logger
    self.submit = submit
    self.onDevices = onDevices
  }

  private enum News: Sendable {
    case models(ResourceChange)
    case devices(ResourceChange)
    case referenced(ReferencedObject, ResourceChange)
  }

  /// Follows until shut down.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      await follow()
    }
  }

  private func follow() async {
    let (news, inbox) = AsyncStream.makeStream(of: News.self)
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await change in client.follow(Self.path(.deviceModel)) { inbox.yield(.models(change)) }
      }
      group.addTask {
        // edgecore leaves out what it reports of a device itself, which is nearly all that changes; other servers ignore it.
        for await change in client.follow(Self.path(.device), query: [("specOnly", "true")]) { inbox.yield(.devices(change)) }
      }
      var store = SpecStore(node: node, protocolName: protocolName, references: references)
      var watches: [ReferencedObject: AsyncStream<Never>.Continuation] = [:]
      var lastError: String?
      var start = SpecStart()
      for await item in news {
        switch item {
        case .models(.disconnected(let error)), .devices(.disconnected(let error)):
          if lastError != error.message { logger.warning("\(error.message)") }
          lastError = error.message
        case .models(.reset(let objects)): submit(start.listedModels(store.resetModels(objects)))
        case .models(.changed(let object)): submit(start.take(store.modelChanged(object)))
        case .models(.removed(let object)): submit(start.take(store.modelRemoved(object)))
        case .devices(.reset(let objects)):
          logger.info("\(lastError == nil ? "following" : "again following") the devices at \(client.server)")
          lastError = nil
          submit(start.listedDevices(store.resetDevices(objects)))
          onDevices()
          let nodes = Set(objects.compactMap { Device.nodeName(of: $0) })
          if !nodes.isEmpty, !nodes.contains(node) {
            logger.notice("no device is of the node \(node); there are devices of \(nodes.sorted().joined(separator: ", "))")
          }
        case .devices(.changed(let object)): submit(start.take(store.deviceChanged(object)))
        case .devices(.removed(let object)): submit(start.take(store.deviceRemoved(object)))
        case .referenced(let object, let change):
          // What was on its way when the watch was ended.
          guard watches[object] != nil, let content = Self.content(change) else { break }
          submit(start.take(store.contentChanged(of: object, content)))
        }
        let referenced = store.referenced
        guard !referenced.isEmpty || !watches.isEmpty else { continue }
        for object in watches.keys where !referenced.contains(object) {
          watches.removeValue(forKey: object)?.finish()
          _ = store.contentChanged(of: object, nil)
        }
        for object in referenced where watches[object] == nil {
          let (end, continuation) = AsyncStream.makeStream(of: Never.self)
          watches[object] = continuation
          group.addTask { await follow(object, until: end) { inbox.yield(.referenced(object, $0)) } }
        }
      }
      for watch in watches.values { watch.finish() }
      group.cancelAll()
    }
  }

  /// Follows one Secret or ConfigMap: a mapper needs no right to read others.
  private func follow(
    _ object: ReferencedObject, until end: AsyncStream<Never>, _ tell: @escaping @Sendable (ResourceChange) -> Void
  ) async {
    let path = APIClient.path(group: "", version: "v1", resource: object.kind.plural, namespace: object.namespace)
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await change in client.follow(path, query: [("fieldSelector", "metadata.name=\(object.name)")]) { tell(change) }
      }
      for await _ in end {}
      group.cancelAll()
    }
  }

  /// What a change says of the object that is followed; `nil`: nothing new.
  private static func content(_ change: ResourceChange) -> ReferencedContent? {
    switch change {
    case .reset(let objects): objects.first.map { .object($0) } ?? .absent
    case .changed(let object): .object(object)
    case .removed: .absent
    // A server that is away says nothing of the object.
    case .disconnected(let error): [401, 403, 404].contains(error.status) ? .unreadable(error.message) : nil
    }
  }

  private static func path(_ kind: ResourceKind) -> String {
    APIClient.path(group: APIVersion.group, version: APIVersion.v1beta1.rawValue, resource: kind.plural, namespace: nil)
  }
}
