import DeviceAPI
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
  private static let watcherBuffer = 1_024

  private struct PendingWrite {
    /// Decides on the draft; what is returned answers the writer once the commit succeeded or failed.
    let decide: (inout MetaDraft) -> (_ commitError: (any Error)?) -> Void
  }

  private struct Watcher {
    let selection: ObjectSelection
    let continuation: AsyncThrowingStream<WatchEvent, any Error>.Continuation
  }

  private let store: any MetaStore
  private let clock: any EdgeClock
  private let logger: Logger
  private let wakeups: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation
  private let outbox: AsyncStream<OutboundMessage>.Continuation
  /// What was committed is told to mappers and applications through here.
  package nonisolated let outbound: AsyncStream<OutboundMessage>

  private var state: MetaState
  private var history: WatchHistory
  /// Apart from the others, so that many Events don't make watchers of devices list again.
  private var eventHistory: WatchHistory
  private var limiter = RevisionLimiter()
  /// The recent changes of values.
  private var valueHistory: TwinHistory
  private var reserved: Int64
  private var pending: [PendingWrite] = []
  private var watchers: [Int: Watcher] = [:]
  private var nextWatcher = 0
  private var isStopped = false
  /// While a commit is on its way its draft has given out revisions, so nobody else may.
  private var isCommitting = false

  /// Reads what was stored.
  package init(store: any MetaStore, valueHistory: TwinHistory = TwinHistory(), clock: any EdgeClock, logger: Logger) async throws {
    self.valueHistory = valueHistory
    self.store = store
    self.clock = clock
    self.logger = logger
    let contents = try await store.load()
    state = MetaState(contents)
    reserved = contents.reservedResourceVersion
    history = WatchHistory(since: state.lastResourceVersion)
    eventHistory = WatchHistory(since: state.lastResourceVersion)
    (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (outbound, outbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100_000))
    logger.info(
      "state read", metadata: ["objects": "\(contents.objects.count)", "devices": "\(contents.twins.count)"])
  }

  // MARK: Reading

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

  /// Commits and tells until the service group shuts down; what was decided by then is committed first.
  package func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.publishWaitingStatus() }
      for await _ in wakeups.cancelOnGracefulShutdown() { await commitPending() }
      isStopped = true
      await commitPending()
      group.cancelAll()
    }
    for watcher in watchers.values { watcher.continuation.finish() }
    watchers = [:]
    outbox.finish()
    await store.close()
  }

  private func commitPending() async {
    while !pending.isEmpty {
      let batch = pending.prefix(Self.maximumBatch)
      pending.removeFirst(batch.count)
      var draft = MetaDraft(base: state)
      let answers = batch.map { $0.decide(&draft) }
      var failure: (any Error)?
      // Each twin that changes may make a revision of its own once it is committed.
      let needed = draft.lastResourceVersion + Int64(draft.changes.twins.count)
      if needed + Self.reservation.margin > reserved, !draft.changes.isEmpty {
        draft.reserveResourceVersions(upTo: needed + Self.reservation.ahead)
      }
      if !draft.changes.isEmpty {
        isCommitting = true
        defer { isCommitting = false }
        do {
          try await store.commit(draft.changes)
        } catch {
          // The store has told the operator, once.
          failure = error as? EdgeCoreError ?? EdgeCoreError(.storage, "the database can't be written: \(error)")
        }
      }
      if let failure {
        refuse(batch, because: failure)
      } else {
        take(draft)
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
      if !needsDisk { take(draft) }
      answer(needsDisk ? failure : nil)
    }
  }

  /// Makes a committed draft the state, and tells of it.
  private func take(_ draft: MetaDraft) {
    let before = state
    reserved = draft.changes.reservedResourceVersion ?? reserved
    state.lastResourceVersion = max(state.lastResourceVersion, draft.lastResourceVersion)
    for (key, object) in draft.changes.objects { state.objects[key] = object }
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
    for message in draft.messages { outbox.yield(message) }
    for note in draft.notes { logger.info("\(note)") }

    for event in events(of: draft, since: before).sorted(by: { $0.resourceVersion < $1.resourceVersion }) { tell(event) }
    let now = clock.uptime
    for id in draft.changes.twins.keys.sorted() where state.twins[id] != nil {
      guard draft.changes.objects[ObjectKey(kind: .device, namespace: id.namespace, name: id.name)] == nil else { continue }
      if limiter.changed(id, isUrgent: draft.urgent.contains(id), now: now) { publishStatus(of: id) }
    }
  }

  private func events(of draft: MetaDraft, since before: MetaState) -> [WatchEvent] {
    var events: [WatchEvent] = []
    for (key, object) in draft.changes.objects {
      let previous = before.served(key)
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
    /// What is there at the start, when the watch begins with that.
    package var initial: [ServedObject]
    /// The revision of what is there at the start.
    package var resourceVersion: Int64
    package var events: AsyncThrowingStream<WatchEvent, any Error>
    fileprivate var id: Int
    fileprivate var continuation: AsyncThrowingStream<WatchEvent, any Error>.Continuation

    /// Ends the events.
    package func end() { continuation.finish() }
  }

  /// Follows the selected objects.
  ///
  /// - Parameter resourceVersion: The revision the watcher has seen; `nil` to begin with what is there.
  /// - Returns: `nil` when the events since that revision aren't kept any more.
  package func watch(_ selection: ObjectSelection, after resourceVersion: Int64?) -> Subscription? {
    let (events, continuation) = AsyncThrowingStream.makeStream(
      of: WatchEvent.self, bufferingPolicy: .bufferingOldest(Self.watcherBuffer))
    var initial: [ServedObject] = []
    if let resourceVersion {
      // One that was never given out is of another database; whoever has it would wait for what came long ago.
      guard resourceVersion <= state.lastResourceVersion else { return nil }
      guard let missed = (selection.kind == .event ? eventHistory : history).events(after: resourceVersion) else { return nil }
      let views = missed.compactMap(selection.view)
      guard views.count < Self.watcherBuffer else { return nil }
      for event in views { continuation.yield(event) }
    } else {
      initial = list(selection).objects
    }
    nextWatcher += 1
    watchers[nextWatcher] = Watcher(selection: selection, continuation: continuation)
    if isStopped { continuation.finish() }
    return Subscription(
      initial: initial, resourceVersion: state.lastResourceVersion, events: events, id: nextWatcher, continuation: continuation)
  }

  /// Ends a watch.
  package func leave(_ subscription: Subscription) {
    watchers.removeValue(forKey: subscription.id)?.continuation.finish()
  }

  /// How many watch.
  package var watcherCount: Int { watchers.count }

  private func tell(_ event: WatchEvent) {
    if event.object.stored.key.kind == .event { eventHistory.append(event) } else { history.append(event) }
    for (id, watcher) in watchers {
      guard let view = watcher.selection.view(of: event) else { continue }
      switch watcher.continuation.yield(view) {
      case .dropped:
        watcher.continuation.finish(throwing: WatcherLagged())
        watchers[id] = nil
      case .terminated: watchers[id] = nil
      default: break
      }
    }
  }
}

/// A watcher reads too slowly and has to list again.
package struct WatcherLagged: Error {}
