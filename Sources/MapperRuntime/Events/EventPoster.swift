internal import APIClient
internal import JSON
package import Logging
package import MapperSDK
internal import ServiceLifecycle
internal import Synchronization

/// Tells what happens to devices as Events at the API server.
///
/// Telling never waits: what the server can't take now stays in memory, bounded, and the same again only raises a count.
package final class EventPoster: Service {
  private let client: APIClient
  private let mapper: String
  private let node: String
  private let clock: MapperClock
  private let logger: Logger
  private let ledger: Mutex<EventLedger>
  private let wake = Mailbox()
  private let makeSuffix: @Sendable () -> String

  /// What was told and what wasn't, since the start.
  package struct Statistics: Sendable, Hashable {
    /// Objects made and counts raised.
    package var told: Int
    /// Events that wait.
    package var waiting: Int
    /// Events left out because too many waited.
    package var dropped: Int
    /// Events that the server refused.
    package var refused: Int
  }

  init(
    client: APIClient, mapper: String, node: String, clock: MapperClock = .system, logger: Logger,
    limits: EventLedger.Limits = EventLedger.Limits(),
    makeSuffix: @escaping @Sendable () -> String = { String(UInt64.random(in: (1 << 60)...UInt64.max), radix: 16) }
  ) {
    self.client = client
    self.mapper = mapper
    self.node = node
    self.clock = clock
    self.logger = logger
    self.makeSuffix = makeSuffix
    ledger = Mutex(EventLedger(limits: limits))
  }

  /// - Throws: ``APIError`` when the server's address can't be used.
  package convenience init(server: String, mapper: String, node: String, logger: Logger) throws {
    self.init(client: try APIClient(server: server), mapper: mapper, node: node, logger: logger)
  }

  /// What was told and what wasn't.
  package var statistics: Statistics {
    ledger.withLock { Statistics(told: $0.told, waiting: $0.waiting, dropped: $0.dropped, refused: $0.refused) }
  }

  /// Something happened to a device.
  ///
  /// - Parameters:
  ///   - reason: One word in CamelCase for machines, for instance `PollPlanStretched`.
  ///   - message: What happened, for people; up to 1,024 bytes of it are told. Without what differs each time, such as a
  ///     time or a value: the same message again only raises a count.
  package func post(_ device: DeviceName, type severity: DeviceEvent.Severity, reason: String, message: String) {
    let event = DeviceEvent(device: device, severity: severity, reason: reason, message: message)
    let isFirstDrop = ledger.withLock { ledger in !ledger.post(event, now: clock.now()) && ledger.dropped == 1 }
    if isFirstDrop { logger.warning("events are left out: too many wait to be told", metadata: ["device": "\(device)"]) }
    wake.signal()
  }

  /// Where the parts that run devices post their events.
  package var deviceEvents: DeviceEvents {
    DeviceEvents { [self] device, kind, reason, message in
      post(device, type: kind == .normal ? .normal : .warning, reason: reason, message: message)
    }
  }

  /// Tells until shut down.
  package func run() async throws {
    await cancelWhenGracefulShutdown { await self.deliver() }
  }

  private func deliver() async {
    var failures = 0
    let backoff = Backoff(first: .seconds(1), longest: .seconds(30))
    while !Task.isCancelled {
      guard let delivery = ledger.withLock({ $0.next(uptime: clock.uptime()) }) else {
        await wake.wait(until: ledger.withLock { $0.nextTime(uptime: clock.uptime()) }, clock: clock)
        continue
      }
      let outcome = await send(delivery, isFirstFailure: failures == 0)
      ledger.withLock { $0.settle(delivery, outcome) }
      guard outcome == .notNow else {
        failures = 0
        continue
      }
      failures += 1
      let pause = backoff.delay(afterFailures: failures, jitter: Double.random(in: 0...1))
      await clock.sleep(clock.uptime() + pause.components.seconds * 1_000 + pause.components.attoseconds / 1_000_000_000_000_000)
    }
  }

  // MARK: The API

  private func send(_ delivery: EventLedger.Delivery, isFirstFailure: Bool) async -> EventLedger.Outcome {
    do throws(APIError) {
      if let name = delivery.name {
        try await client.patch(path(delivery.event.device, name), change(delivery))
        return .told(name: name)
      }
      let name = "\(delivery.event.device.name.prefix(200)).\(makeSuffix())"
      try await client.create(path(delivery.event.device, nil), try await object(delivery, name))
      return .told(name: name)
    } catch {
      return outcome(of: error, delivery, isFirstFailure: isFirstFailure)
    }
  }

  private func outcome(of error: APIError, _ delivery: EventLedger.Delivery, isFirstFailure: Bool) -> EventLedger.Outcome {
    switch error.status {
    case 404? where delivery.name != nil, 409?: return .objectGone
    case let status? where (400..<500).contains(status) && status != 408 && status != 429:
      logger.warning("an event is refused: \(error.message)", metadata: ["device": "\(delivery.event.device)"])
      return .refused
    default:
      // Whether the server is there is told elsewhere too; this says why Events are missing.
      if isFirstFailure, error.code != .cancelled { logger.info("events wait: \(error.message)") }
      return .notNow
    }
  }

  private func path(_ device: DeviceName, _ name: String?) -> String {
    APIClient.path(group: "", version: "v1", resource: "events", namespace: device.namespace, name: name)
  }

  private func change(_ delivery: EventLedger.Delivery) -> JSONValue {
    ["count": JSONValue(delivery.count), "lastTimestamp": .string(Timestamp.rfc3339(delivery.last))]
  }

  private func object(_ delivery: EventLedger.Delivery, _ name: String) async throws(APIError) -> JSONValue {
    let event = delivery.event
    var subject: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "namespace": .string(event.device.namespace),
      "name": .string(event.device.name),
    ]
    subject["uid"] = try await uid(of: event.device).map(JSONValue.string)
    var object = change(delivery)
    object["apiVersion"] = "v1"
    object["kind"] = "Event"
    object["metadata"] = ["name": .string(name), "namespace": .string(event.device.namespace)]
    object["involvedObject"] = subject
    object["type"] = .string(event.severity.rawValue)
    object["reason"] = .string(event.reason)
    object["message"] = .string(event.message)
    object["firstTimestamp"] = .string(Timestamp.rfc3339(delivery.first))
    object["source"] = ["component": .string(mapper), "host": .string(node)]
    object["reportingComponent"] = .string(mapper)
    object["reportingInstance"] = .string(node)
    return object
  }

  /// `kubectl describe` finds a device's Events by its identity, which changes when it is made anew: so it is asked for each
  /// time, as rarely as that is.
  private func uid(of device: DeviceName) async throws(APIError) -> String? {
    let path = APIClient.path(
      group: "devices.kubeedge.io", version: "v1beta1", resource: "devices", namespace: device.namespace, name: device.name)
    do throws(APIError) {
      return try await client.get(path).at("metadata", "uid")?.string
    } catch  where error.isNotFound {
      return nil
    }
  }
}
