internal import DeviceAPI
internal import Logging
internal import MapperSDK
internal import ServiceLifecycle
internal import TwinProtocol

/// Starts, adjusts and stops devices as their specs come, change and go.
actor DeviceManager<Driver: DeviceDriver>: Service {
  enum Running {
    case working(ResolvedDevice, DeviceWorker<Driver>, Bus<Driver>)
    /// Waits for its bus to be free of those it conflicts with; why is `nil` until that is decided.
    case refused(ResolvedDevice, String?)
    case broken(String)
  }

  let driver: Driver
  let link: any EdgeReporting
  let clock: MapperClock
  let logger: Logger
  let events: DeviceEvents
  private let isReadOnly: Bool
  /// Whether the source of the devices says itself what is wrong with properties.
  private let isToldOfFaults: Bool
  private let changes: AsyncStream<[SpecStore.Change]>
  private nonisolated let inbox: AsyncStream<[SpecStore.Change]>.Continuation
  var devices: [DeviceName: Running] = [:]
  var buses: [BusID: Bus<Driver>] = [:]
  /// Buses that still let go of what a new one of the same name wants.
  var closing: [BusID: Bus<Driver>] = [:]
  /// Who wants which bus.
  var claims: [BusID: BusClaims<Driver.ProtocolConfig>] = [:]
  /// The bus that each device wants.
  var claimed: [DeviceName: BusID] = [:]

  init(
    driver: Driver, link: any EdgeReporting, clock: MapperClock, logger: Logger, events: DeviceEvents = .none, isReadOnly: Bool = false,
    isToldOfFaults: Bool = false
  ) {
    self.driver = driver
    self.link = link
    self.clock = clock
    self.logger = logger
    self.events = events
    self.isReadOnly = isReadOnly
    self.isToldOfFaults = isToldOfFaults
    (changes, inbox) = AsyncStream.makeStream()
  }

  /// Takes changes of the mapper's devices.
  nonisolated func submit(_ changes: [SpecStore.Change]) {
    if !changes.isEmpty { inbox.yield(changes) }
  }

  /// Runs devices until shut down.
  func run() async throws {
    await withDiscardingTaskGroup { group in
      await withTaskCancellationOrGracefulShutdownHandler {
        for await batch in self.changes { await self.apply(batch, in: &group) }
      } onCancelOrGracefulShutdown: {
        self.inbox.finish()
      }
      for name in devices.keys { await remove(name) }
      for id in buses.keys { close(id) }
    }
  }

  /// Takes changes that belong together: what goes, goes before anything starts, so that devices can change places.
  private func apply(_ batch: [SpecStore.Change], in group: inout DiscardingTaskGroup) async {
    var touched: Set<BusID> = []
    var starting: [DeviceName: (device: ResolvedDevice, binding: DeviceBinding<Driver>)] = [:]
    for change in batch {
      let name = change.name
      switch change.entry {
      case .ready(let device)?:
        if await adjust(name, to: device) { continue }
        await remove(name)
        do {
          let binding = try DeviceBinding(device, like: sibling(of: device, among: starting.values), driver: driver)
          leave(name, unlessFor: binding, &touched)
          starting[name] = (device, binding)
        } catch {
          leave(name, &touched)
          await report(error.description, name)
        }
      case .broken(let problem)?:
        await remove(name)
        leave(name, &touched)
        await report(problem, name)
      case .waiting(let problem)?:
        await remove(name)
        leave(name, &touched)
        log(name).info("waiting: \(problem)")
        await tell(problem, name)
      case .unresolved(let problem)?:
        await remove(name)
        leave(name, &touched)
        log(name).warning("waiting: \(problem)")
        events.post(name, .warning, "ReferenceUnresolved", problem)
        await tell(problem, name)
      case .released(let reason)?:
        log(name).info("no longer served: \(reason)")
        await remove(name)
        leave(name, &touched)
        let id = DeviceID(name)
        await link.attach(UnservedDevice(id: id, link: link, state: "offline", reason: reason, leftAt: clock.now()), as: id)
      case nil:
        if devices[name] != nil { log(name).info("no longer served") }
        await remove(name)
        leave(name, &touched)
      }
    }
    for (name, start) in starting.sorted(by: { $0.key < $1.key }) {
      devices[name] = .refused(start.device, nil)
      touched.insert(start.binding.bus)
      if claimed[name] == nil { join(name, start.binding) }
    }
    for id in touched.sorted() { await settle(id, starting.mapValues(\.binding), in: &group) }
  }

  /// Takes a change that a device needn't start anew for.
  private func adjust(_ name: DeviceName, to device: ResolvedDevice) async -> Bool {
    switch devices[name] {
    case .working(let old, let worker, let bus)?:
      let difference = SpecDiff(old: old, new: device)
      guard difference != .restart else { return false }
      // A method or a text may be another.
      devices[name] = .working(device, worker, bus)
      if difference == .adjust {
        await worker.update(cycles: CollectCycles(device))
        await worker.received(fromFile: fileWishes(device))
      }
      return true
    case .refused(let old, let reason)?:
      guard SpecDiff(old: old, new: device) != .restart else { return false }
      devices[name] = .refused(device, reason)
      return true
    case .broken?, nil: return false
    }
  }

  /// Starts a device on a bus that it can share.
  func start(
    _ device: ResolvedDevice, _ binding: DeviceBinding<Driver>, in group: inout DiscardingTaskGroup
  ) async {
    let name = binding.name
    do {
      for warning in binding.warnings { log(name).warning("\(warning)") }
      let bus = try bus(binding, in: &group)
      let worker = DeviceWorker(
        binding, cycles: CollectCycles(device), bus: bus, link: link, clock: clock, logger: log(name), events: events,
        isReadOnly: isReadOnly, isToldOfFaults: isToldOfFaults)
      devices[name] = .working(device, worker, bus)
      await worker.received(fromFile: fileWishes(device))
      await link.attach(worker, as: DeviceID(name))
      group.addTask { await worker.run() }
      log(name).info("served with \(binding.points.count) properties")
    } catch {
      await report("\(error)", name)
    }
  }

  /// A device that is served, or about to be, and says the same of its properties.
  private func sibling(
    of device: ResolvedDevice, among starting: some Collection<(device: ResolvedDevice, binding: DeviceBinding<Driver>)>
  ) -> DeviceBinding<Driver>? {
    func isAlike(_ other: ResolvedDevice) -> Bool {
      other.modelName == device.modelName && other.namespace == device.namespace && other.properties == device.properties
    }
    if let other = starting.first(where: { isAlike($0.device) }) { return other.binding }
    for case .working(let other, let worker, _) in devices.values where isAlike(other) { return worker.binding }
    return nil
  }

  private func report(_ problem: String, _ name: DeviceName) async {
    log(name).error("\(problem)")
    events.post(name, .warning, "DeviceInvalid", problem)
    await tell(problem, name)
  }

  private func tell(_ problem: String, _ name: DeviceName) async {
    devices[name] = .broken(problem)
    await attach(problem, name)
  }

  /// Has edgecore told why a device isn't served.
  func attach(_ problem: String, _ name: DeviceName) async {
    let device = UnservedDevice(id: DeviceID(name), link: link, state: "unhealthy", reason: problem)
    await link.attach(device, as: DeviceID(name))
    await device.edgeAppeared()
  }

  /// Ends a device; what it wants of its bus stays.
  func remove(_ name: DeviceName) async {
    if case .working(_, let worker, _)? = devices.removeValue(forKey: name) { await worker.stop() }
    await link.detach(DeviceID(name))
  }

  func log(_ name: DeviceName) -> Logger {
    var logger = logger
    logger[metadataKey: "device"] = "\(name)"
    return logger
  }
}

extension DeviceID {
  init(_ name: DeviceName) { self.init(namespace: name.namespace, name: name.name) }
}
