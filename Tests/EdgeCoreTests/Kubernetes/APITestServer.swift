import EdgeCore
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import TestSupport

/// MetaServer on a loopback port of this process, with kinds of a test's own beside those of edgecore.
struct APITestServer: Sendable {
  let edge: EdgeFixture
  let port: Int

  /// Serves while `body` runs.
  static func with<Value: Sendable>(
    kinds: [ObjectKind], clock: ManualClock = ManualClock(), _ body: @escaping @Sendable (APITestServer) async throws -> Value
  ) async throws -> Value {
    let folder = try TestFolder("api")
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return try await EdgeFixture.with(folder, clock: clock, kinds: ObjectKind.served + kinds, makeID: { UUID().uuidString.lowercased() }) {
      [logger] edge in
      let (ports, running) = AsyncStream<Int>.makeStream()
      let application = Application(
        responder: APIResponder(server: edge.server, door: RequestDoor(host: "127.0.0.1"), logger: logger),
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
          if let port = channel.localAddress?.port { running.yield(port) }
        },
        logger: logger)
      let group = ServiceGroup(services: [application], logger: logger)
      return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw TestSupportError("no port") }
        let result = try await body(APITestServer(edge: edge, port: port))
        tasks.cancelAll()
        return result
      }
    }
  }
}
