internal import MapperRuntime
internal import MapperSDK
internal import Synchronization

/// A run of a connection's watch, and what it told.
final class Watch<Subject: DriverUnderTest>: Sendable {
  private final class Told: Sendable {
    let state = Mutex((events: [PointEvent](), lost: 0))
    let signal = ChangeSignal()
  }

  let properties: [SimulatedProperty]
  private let bench: Bench<Subject>
  private let told = Told()
  private let call: PendingCall<Void>

  /// Begins to watch properties, on a thread of its own.
  init(
    _ bench: Bench<Subject>, _ properties: [SimulatedProperty], _ session: Session<Subject>, _ connection: Subject.Driver.Connection
  ) throws {
    self.bench = bench
    self.properties = properties
    let points = try properties.map { try session.point($0.name) }
    let sink = EventSink { [told] events in
      told.state.withLock { $0.events += events }
      told.signal.changed()
    } lose: { [told] count, _ in
      told.state.withLock { $0.lost += count }
      told.signal.changed()
    }
    call = PendingCall(on: try BusExecutor()) { try await connection.watch(points, sink) }
  }

  /// What was told so far.
  var events: (events: [PointEvent], lost: Int) { told.state.withLock { $0 } }

  func forget() { told.state.withLock { $0 = ([], 0) } }

  /// The value of an event, as text.
  func text(of event: PointEvent) -> String {
    switch ReadOutcome(event.reading) {
    case .failure(let error): return error.detail
    case .value(let value):
      guard properties.indices.contains(event.point) else { return "\(value) of no point" }
      return (try? value.converted(to: properties[event.point].type))?.text ?? "\(value)"
    }
  }

  /// The last events, for people.
  var lately: String {
    let (events, lost) = events
    let texts = events.suffix(10).map { event in
      "\(properties.indices.contains(event.point) ? properties[event.point].name : "point \(event.point)") \(text(of: event))"
    }
    return (texts.isEmpty ? "no event" : texts.joined(separator: ", ")) + (lost > 0 ? ", \(lost) lost" : "")
  }

  /// Waits for events.
  func received(within duration: Duration, _ isEnough: @escaping @Sendable ([PointEvent], _ lost: Int) -> Bool) async -> Bool {
    await told.signal.wait(within: duration, observe: { [self] in events }, until: { isEnough($0.events, $0.lost) }).isMet
  }

  /// Waits for an event that a property has a value.
  func told(
    of property: SimulatedProperty, _ text: String, type: ValueType, within duration: Duration, _ bench: Bench<Subject>
  ) async -> Bool {
    await received(within: duration) { events, _ in
      events.contains { event in
        self.properties.indices.contains(event.point) && self.properties[event.point].name == property.name
          && bench.same(self.text(of: event), text, type)
      }
    }
  }

  /// Returns when nothing more comes: what was changed before is told.
  func settle() async throws {
    var count = -1
    while events.events.count != count {
      count = events.events.count
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// - Throws: ``ConformanceFailure`` when it ended by itself.
  func checkRunning() throws {
    guard call.isOver else { return }
    throw bench.failure("a watch that goes on until it is cancelled", "it returned", "wait for events until Task.isCancelled")
  }

  /// Cancels it.
  ///
  /// - Throws: ``ConformanceFailure`` when it doesn't end in time.
  func end() async throws {
    call.cancel()
    guard await call.result(within: bench.patience) == nil else { return }
    throw bench.failure(
      "the cancelled watch to return within \(bench.patience), the driver's own timeout of \(bench.subject.timeout) and a grace of "
        + "\(bench.subject.grace)", "it goes on",
      "wait for events with a deadline and look at Task.isCancelled, or wake the wait with withTaskCancellationHandler")
  }
}
