internal import APIClient
package import DeviceAPI
internal import JSON
package import Logging
internal import MapperSDK
internal import ServiceLifecycle

/// Tells the API what the driver expects in configurations, so that Devices are checked when they are applied.
///
/// It is a ConfigMap, which any API server can keep, written only when it says something else. The mapper runs without it.
package struct SchemaPublisher: Service {
  private let client: APIClient
  private let document: DriverSchemaDocument
  private let clock: MapperClock
  private let logger: Logger

  /// How long what was published is taken to be there, in milliseconds.
  private static let period: Int64 = 3_600_000

  /// - Throws: ``APIError`` when the server's address can't be used.
  package init(
    server: String, credentials: APICredentials = APICredentials(), document: DriverSchemaDocument, clock: MapperClock = .system,
    logger: Logger
  ) throws {
    client = try credentials.client(server)
    self.document = document
    self.clock = clock
    self.logger = logger
  }

  /// Publishes, and stays until shut down.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      // Again now and then: the server may have been given another database.
      while !Task.isCancelled {
        await publish()
        await clock.sleep(clock.uptime() + Self.period)
      }
    }
  }

  private func publish() async {
    let backoff = Backoff(first: .seconds(1), longest: .seconds(300))
    var failures = 0
    while !Task.isCancelled {
      do throws(APIError) {
        try await publishOnce()
        return
      } catch {
        switch error.status {
        // Somebody else wrote it just now: what it says then decides.
        case 409?: break
        case let status? where (400..<500).contains(status) && status != 408 && status != 429:
          logger.debug("the API doesn't keep the driver's schema: \(error.message)")
          return
        default: break
        }
        failures += 1
        let pause = backoff.delay(afterFailures: failures, jitter: Double.random(in: 0...1))
        await clock.sleep(clock.uptime() + pause.components.seconds * 1_000 + pause.components.attoseconds / 1_000_000_000_000_000)
      }
    }
  }

  private func publishOnce() async throws(APIError) {
    let object = document.configMap()
    let name = DriverSchemaDocument.configMapName(document.protocolName)
    func path(_ name: String?) -> String {
      APIClient.path(group: "", version: "v1", resource: "configmaps", namespace: DriverSchemaDocument.namespace, name: name)
    }
    let current: JSONValue
    do throws(APIError) {
      current = try await client.get(path(name))
    } catch  where error.isNotFound {
      try await client.create(path(nil), object)
      return logger.debug("the API keeps the driver's schema", metadata: ["configmap": "\(name)"])
    }
    let isSame =
      current.at("data", DriverSchemaDocument.dataKey) == object.at("data", DriverSchemaDocument.dataKey)
      && current.at("metadata", "labels", DriverSchemaDocument.label) == object.at("metadata", "labels", DriverSchemaDocument.label)
    if isSame { return }
    try await client.patch(path(name), ["metadata": ["labels": object.at("metadata", "labels") ?? [:]], "data": object["data"] ?? [:]])
    logger.debug("the API keeps the driver's schema, which is another now", metadata: ["configmap": "\(name)"])
  }
}
