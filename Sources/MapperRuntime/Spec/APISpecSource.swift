internal import APIClient
internal import DeviceAPI
internal import Logging
internal import ServiceLifecycle

/// Follows the Devices and DeviceModels of the API server.
struct APISpecSource: SpecSource {
  private let client: APIClient
  private let node: String
  private let protocolName: String
  private let submit: @Sendable ([SpecStore.Change]) -> Void
  private let onDevices: @Sendable () -> Void
  private let logger: Logger

  /// - Parameter onDevices: Told each time all Devices have been listed.
  /// - Throws: ``APIError`` when the address can't be used.
  init(
    server: String, node: String, protocolName: String, logger: Logger, submit: @escaping @Sendable ([SpecStore.Change]) -> Void,
    onDevices: @escaping @Sendable () -> Void = {}
  ) throws {
    client = try APIClient(server: server)
    self.node = node
    self.protocolName = protocolName
    self.logger = logger
    self.submit = submit
    self.onDevices = onDevices
  }

  private enum News: Sendable {
    case models(ResourceChange)
    case devices(ResourceChange)
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
      var store = SpecStore(node: node, protocolName: protocolName)
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
        }
      }
      group.cancelAll()
    }
  }

  private static func path(_ kind: ResourceKind) -> String {
    APIClient.path(group: APIVersion.group, version: APIVersion.v1beta1.rawValue, resource: kind.plural, namespace: nil)
  }
}
