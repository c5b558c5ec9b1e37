package import DeviceAPI
package import Logging
import ServiceLifecycle
package import TwinProtocol

/// Keeps objects and twins: decides one write after the other, commits what gathered meanwhile in one go, and only then
/// answers, publishes and tells watchers.
///
/// Everything is served from memory; SQLite is what survives.
package actor MetaManager: Service {
  /// Writes that one commit takes at most.
  private static let maximumBatch = 512
  /// Revisions reserved ahead in one commit, and how many must be left.
  private static let reservation: (ahead: Int64, margin: Int64) = (50_000, 20_000)
  /// Events that a watcher may lag behind before it has to list again.
  package static let watcherBuffer = 4_096

  private struct PendingWrite {
    /// Decides on the draft; what is returned answers the writer once the commit succeeded or failed.
    let decide: (inout MetaDraft) -> (_ commitError: (any Error)?) -> Void
  }

  private struct Watcher {
    let selection: ObjectSelection
    let queue: WatchQueue
  }

  private let store: any MetaStore
  let clock: any EdgeClock
  private let logger: Logger
  private let wakeups: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation
  private let metrics: CommitMetrics
  private let publish: @Sendable ([OutboundMessage]) -> Void

  private(set) var state: MetaState
  private var history: WatchHistory
  /// Apart from the others, so that many Events don't make watchers of devices list again.
  private var eventHistory: WatchHistory
  private var limiter = RevisionLimiter()
  var snapshots = ListSnapshots()
  /// The recent changes of values.
  private var valueHistory: TwinHistory
  private var reserved: Int64
  private var pending: [PendingWrite] = []
  private var watchers: [Int: Watcher] = [:]
  private var nextWatcher = 0
  private var isStopped = false
  private var failures = 0
  private var updates = UpdateTally()
  /// Whether somebody decides and commits, and who waits until nobody does.
  private var isBusy = false
  private var resting: [CheckedContinuation<Void, Never>] = []
  /// While a commit is on its way its draft has given out revisions, so nobody else may.
  private var isCommitting = false

  /// Reads what was stored.
  ///
  /// - Parameter publish: Sends what a commit has to tell, in order; must not wait.
  package init(
    store: any MetaStore, valueHistory: TwinHistory = TwinHistory(), clock: any EdgeClock, logger: Logger,
    metrics: CommitMetrics = CommitMetrics(), publish: @escaping @Sendable ([OutboundMessage]) -> Void = { _ in }
  ) async throws {
    self.valueHistory = valueHistory
    self.store = store
    self.clock = clock
    self.logger = logger
    self.metrics = metrics
    self.publish = publish
    let contents = try await store.load()
    state = MetaState(contents)
    reserved = contents.reservedResourceVersion
    history = WatchHistory(since: state.lastResourceVersion)
    eventHistory = WatchHistory(since: state.lastResourceVersion)
    (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    logger.info(
      "state read", metadata: ["objects": "\(contents.objects.count)", "devices": "\(contents.twins.count)"])
  }

  /// What is kept, and what happened since the start.
  package struct Statistics: Sendable, Hashable {
    package var devices = 0
    package var objects = 0
    package var watchers = 0
    /// Commits that failed.
    package var failures = 0
    package var updates = UpdateTally()
  }

  package var statistics: Statistics {
    Statistics(
      devices: state.twins.count, objects: state.objects.count, watchers: watchers.count, failures: failures, updates: updates)
  }

  // MARK: Reading

  /// The revision of the last change that clients were shown.
  package var lastResourceVersion: Int64 { state.lastResourceVersion }

  /// What drivers say of the configurations they expect.
  package var drivers: [DriverSchemaDocument] { state.drivers.documents }

  /// The object of that key as clients see it.
  package func object(_ key: ObjectKey) -> ServedObject? { state.served(key) }

  /// The selected objects by namespace and name, and the revision at which they are so.
  package func list(_ selection: ObjectSelection) -> (objects: [ServedObject], resourceVersion: Int64) {
    let keys = state.objects.values.filter(selection.includes).map(\.key).sorted()
    return (keys.compactMap(state.served), state.lastResourceVersion)
  }

  /// The recent changes of a device's values, the oldest first; `nil` when there is no such device.
  package func valueChanges(of id: DeviceID) -> [ValueChange]? {
    state.twins[id] == nil ? nil : valueHistory.changes(of: id, uptime: clock.uptime)
  }

  /// The mappers that serve devices, as far as they have shown themselves.
  package var servingMappers: [String: (node: String?, protocolName: String?)] {
    var mappers: [String: (node: String?, protocolName: String?)] = [:]
    for (id, twin) in state.twins {
      guard let name = twin.mapper, mappers[name] == nil else { continue }
      let object = state.objects[ObjectKey(kind: .device, namespace: id.namespace, name: id.name)]
      mappers[name] = (object?.nodeName, twin.protocolName)
    }
    return mappers
  }

  // MARK: Writing

  /// Decides on a write and commits it.
  ///
  /// - Parameter decide: Reads and changes the draft. When it throws, nothing of what it changed is kept.
  /// - Returns: What `decide` returned, once it is on the disk.
  package func write<Answer: Sendable>(_ decide: @escaping @Sendable (inout MetaDraft) throws -> Answer) async throws -> Answer {
    if isStopped { throw EdgeCoreError(.stopping, "edgecore is stopping") }
    return try await withCheckedThrowingContinuation { continuation in
      pending.append(
        PendingWrite { draft in
          let savepoint = draft
          do {
            let answer = try decide(&draft)
            return { error in
              if let error { continuation.resume(throwing: error) } else { continuation.resume(returning: answer) }
            }
          } catch {
            draft = savepoint
            return { _ in continuation.resume(throwing: error) }
          }
        })
      wake.yield()
    }
  }

  /// Decides on a write that can't be refused and commits it; at once, when nothing else is being committed.
  ///
  /// - Throws: What keeps the commit from succeeding; then nothing is kept.
  package func apply(_ decide: @escaping @Sendable (inout MetaDraft) -> Void) async throws {
    if isStopped { throw EdgeCoreError(.stopping, "edgecore is stopping") }
    guard !isBusy, pending.isEmpty else {
      return try await withCheckedThrowingContinuation { continuation in
        pending.append(
          PendingWrite { draft in
            decide(&draft)
            return { error in
              if let error { continuation.resume(throwing: error) } else { continuation.resume() }
            }
          })
        wake.yield()
      }
    }
    isBusy = true
    defer { rest() }
    var draft = MetaDraft(base: state)
    decide(&draft)
    if let failure = await commit(consume draft) { throw failure }
  }

  /// Commits and tells until the service group shuts down; what was decided by then is committed first.
  package func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.publishWaitingStatus() }
      await withGracefulShutdownHandler {
        for await _ in wakeups { await commitPending() }
      } onGracefulShutdown: { [wake] in
        wake.finish()
      }
      isStopped = true
      await commitPending()
      group.cancelAll()
    }
    for watcher in watchers.values { watcher.queue.finish() }
    watchers = [:]
    await store.close()
  }

  private func commitPending() async {
    while isBusy { await withCheckedContinuation { resting.append($0) } }
    isBusy = true
    defer { rest() }
    while !pending.isEmpty {
      let batch = pending.prefix(Self.maximumBatch)
      pending.removeFirst(batch.count)
      var draft = MetaDraft(base: state)
      let answers = batch.map { $0.decide(&draft) }
      if let failure = await commit(consume draft) {
        refuse(batch, because: failure)
      } else {
        for answer in answers { answer(nil) }
      }
    }
  }

  /// Answers writes that came together and couldn't be committed: those that change nothing need no disk.
  private func refuse(_ batch: some Sequence<PendingWrite>, because failure: any Error) {
    for write in batch {
      var draft = MetaDraft(base: state)
      let answer = write.decide(&draft)
      let needsDisk = !draft.changes.isEmpty
      draft.letGoOfBase()
      if !needsDisk { take(draft) }
      answer(needsDisk ? failure : nil)
    }
  }

  /// Nobody commits any more.
  private func rest() {
    isBusy = false
    for waiter in resting { waiter.resume() }
    resting = []
    if !pending.isEmpty { wake.yield() }
  }

  /// Commits what was decided and tells of it.
  ///
  /// - Returns: Why it failed.
  private func commit(_ decided: consuming MetaDraft) async -> (any Error)? {
    var draft = decided
    draft.letGoOfBase()
    // Each twin that changes may make a revision of its own once it is committed.
    let needed = draft.lastResourceVersion + Int64(draft.changes.twins.count)
    if needed + Self.reservation.margin > reserved, !draft.changes.isEmpty {
      draft.reserveResourceVersions(upTo: needed + Self.reservation.ahead)
    }
    if !draft.changes.isEmpty {
      isCommitting = true
      defer { isCommitting = false }
      do {
        let start = ContinuousClock.now
        try await store.commit(draft.changes)
        metrics.took(ContinuousClock.now - start, rows: draft.changes.objects.count + draft.changes.twins.count)
      } catch {
        failures += 1
        // The store has told the operator, once.
        return error as? EdgeCoreError ?? EdgeCoreError(.storage, "the database can't be written: \(error)")
      }
    }
    updates += draft.tally
    take(draft)
    return nil
  }

  /// Makes a committed draft the state, and tells of it.
  private func take(_ draft: MetaDraft) {
    var before: [ObjectKey: ServedObject] = [:]
    for key in draft.changes.objects.keys { before[key] = state.served(key) }
    reserved = draft.changes.reservedResourceVersion ?? reserved
    state.lastResourceVersion = max(state.lastResourceVersion, draft.lastResourceVersion)
    for (key, object) in draft.changes.objects { state.set(object, for: key) }
    state.events = draft.events
    for (id, twin) in draft.changes.twins {
      state.set(twin, of: id)
      if twin == nil {
        state.published[id] = nil
        limiter.removed(id)
        valueHistory.forget(id)
      }
    }
    for (key, object) in draft.changes.objects {
      guard let id = key.deviceID, let object, let twin = state.twins[id] else { continue }
      state.published[id] = MetaState.Published(twin: twin, resourceVersion: object.resourceVersion)
    }
    let uptime = clock.uptime
    for (id, changes) in draft.valueChanges where state.twins[id] != nil {
      for change in changes { valueHistory.record(change, of: id, uptime: uptime) }
    }
    if !draft.messages.isEmpty { publish(draft.messages) }
    for note in draft.notes { logger.info("\(note)") }

    for event in events(of: draft, since: before).sorted(by: { $0.resourceVersion < $1.resourceVersion }) { tell(event) }
    let now = clock.uptime
    for id in draft.changes.twins.keys.sorted() where state.twins[id] != nil {
      guard draft.changes.objects[ObjectKey(kind: .device, namespace: id.namespace, name: id.name)] == nil else { continue }
      if limiter.changed(id, isUrgent: draft.urgent.contains(id), now: now) { publishStatus(of: id) }
    }
  }

  private func events(of draft: MetaDraft, since before: [ObjectKey: ServedObject]) -> [WatchEvent] {
    var events: [WatchEvent] = []
    for (key, object) in draft.changes.objects {
      let previous = before[key]
      if let previous, object?.uid != previous.stored.uid {
        var gone = previous
        gone.resourceVersion = draft.deletions[key] ?? draft.lastResourceVersion
        events.append(WatchEvent(change: .deleted, object: gone, previous: nil, isStatusOnly: false))
      }
      guard object != nil, let current = state.served(key) else { continue }
      let isKnown = previous?.stored.uid == current.stored.uid
      events.append(
        WatchEvent(change: isKnown ? .modified : .added, object: current, previous: isKnown ? previous?.stored : nil, isStatusOnly: false))
    }
    return events
  }

  // MARK: The status's revisions

  /// How often devices that wait for their next revision are looked at, in milliseconds.
  private static let statusTick: Int64 = 100

  private func publishWaitingStatus() async {
    while !Task.isCancelled {
      do { try await clock.sleep(milliseconds: Self.statusTick) } catch { return }
      guard limiter.isWaiting, !isCommitting else { continue }
      let due = limiter.due(now: clock.uptime)
      for id in due { publishStatus(of: id) }
    }
  }

  private func publishStatus(of id: DeviceID) {
    let key = ObjectKey(kind: .device, namespace: id.namespace, name: id.name)
    guard let twin = state.twins[id], let previous = state.served(key) else { return }
    state.lastResourceVersion += 1
    state.published[id] = MetaState.Published(twin: twin, resourceVersion: state.lastResourceVersion)
    guard let current = state.served(key) else { return }
    tell(WatchEvent(change: .modified, object: current, previous: previous.stored, isStatusOnly: true))
  }

  // MARK: Watching

  /// A watcher's events, and how to leave.
  package struct Subscription: Sendable {
    /// The revision of what is there at the start.
    package var resourceVersion: Int64
    fileprivate var id: Int
    fileprivate var reader: WatchQueue.Reader

    /// What the watcher is to be told.
    package var queue: WatchQueue { reader.queue }
    /// What is there at the start, when the watch begins with that.
    package var initial: [ServedObject] { queue.initial }
    package var events: WatchMessages { WatchMessages(reader: reader) }

    /// Ends the events.
    package func end() { queue.finish() }
  }

  /// Follows the selected objects.
  ///
  /// - Parameters:
  ///   - resourceVersion: The revision the watcher has seen; `nil` to begin with what is there.
  ///   - buffer: Events that it may lag behind before it has to list again.
  /// - Returns: `nil` when the events since that revision aren't kept any more.
  package func watch(
    _ selection: ObjectSelection, after resourceVersion: Int64?, buffer: Int = MetaManager.watcherBuffer
  ) -> Subscription? {
    // Clients that went before they were answered.
    watchers = watchers.filter { !$0.value.queue.isEnded }
    let queue: WatchQueue
    if let resourceVersion {
      // One that was never given out is of another database; whoever has it would wait for what came long ago.
      guard resourceVersion <= state.lastResourceVersion else { return nil }
      guard let missed = (selection.kind == .event ? eventHistory : history).events(after: resourceVersion) else { return nil }
      let views = missed.compactMap(selection.view)
      guard views.count < buffer else { return nil }
      queue = WatchQueue(capacity: buffer)
      for event in views where queue.put(.event(event)) == .full { return nil }
    } else {
      queue = WatchQueue(initial: list(selection).objects, capacity: buffer)
    }
    nextWatcher += 1
    watchers[nextWatcher] = Watcher(selection: selection, queue: queue)
    if isStopped { queue.finish() }
    return Subscription(resourceVersion: state.lastResourceVersion, id: nextWatcher, reader: WatchQueue.Reader(queue))
  }

  /// Tells a watcher how far it has come, although nothing that it follows changed.
  package func bookmark(_ subscription: Subscription) {
    watchers[subscription.id]?.queue.put(.bookmark(state.lastResourceVersion))
  }

  /// Ends a watch.
  package func leave(_ subscription: Subscription) {
    watchers.removeValue(forKey: subscription.id)?.queue.finish()
  }

  /// How many watch.
  package var watcherCount: Int { watchers.count }

  private func tell(_ news: WatchEvent) {
    let event = news.weighed
    if event.object.stored.key.kind == .event { eventHistory.append(event) } else { history.append(event) }
    for (id, watcher) in watchers {
      guard let view = watcher.selection.view(of: event) else { continue }
      switch watcher.queue.put(.event(view)) {
      case .taken: break
      case .full:
        watcher.queue.finish(throwing: WatcherLagged())
        watchers[id] = nil
      case .ended: watchers[id] = nil
      }
    }
  }
}

/// A watcher reads too slowly and has to list again.
package struct WatcherLagged: Error {}
