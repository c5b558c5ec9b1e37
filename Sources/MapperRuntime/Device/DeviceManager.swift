internal import DeviceAPI
internal import Logging
internal import MapperSDK
internal import ServiceLifecycle
internal import TwinProtocol

/// Starts, adjusts and stops devices as their specs come, change and go.
actor DeviceManager<Driver: DeviceDriver>: Service {
  enum Running {
    case working(ResolvedDevice, DeviceWorker<Driver>, Bus<Driver>)
    case broken(String)
  }

  private let driver: Driver
  private let link: any EdgeReporting
  private let clock: MapperClock
  private let logger: Logger
  private let events: DeviceEvents
  private let isReadOnly: Bool
  private let changes: AsyncStream<[SpecStore.Change]>
  private nonisolated let inbox: AsyncStream<[SpecStore.Change]>.Continuation
  private(set) var devices: [DeviceName: Running] = [:]
  private(set) var buses: [BusID: Bus<Driver>] = [:]
  /// Buses that still let go of what a new one of the same name wants.
  private var closing: [BusID: Bus<Driver>] = [:]

  init(
    driver: Driver, link: any EdgeReporting, clock: MapperClock, logger: Logger, events: DeviceEvents = .none, isReadOnly: Bool = false
  ) {
    self.driver = driver
    self.link = link
    self.clock = clock
    self.logger = logger
    self.events = events
    self.isReadOnly = isReadOnly
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
        for await batch in self.changes {
          for change in batch { await self.apply(change, in: &group) }
        }
      } onCancelOrGracefulShutdown: {
        self.inbox.finish()
      }
      for name in devices.keys { await remove(name) }
    }
  }

  private func apply(_ change: SpecStore.Change, in group: inout DiscardingTaskGroup) async {
    let name = change.name
    switch change.entry {
    case .ready(let device)?:
      if case .working(let old, let worker, let bus)? = devices[name] {
        switch SpecDiff(old: old, new: device) {
        case .same:
          // A method or a text may be another.
          devices[name] = .working(device, worker, bus)
          return
        case .adjust:
          devices[name] = .working(device, worker, bus)
          await worker.update(cycles: CollectCycles(device))
          await worker.received(fromFile: fileWishes(device))
          return
        case .restart: break
        }
      }
      await remove(name)
      await start(device, name, in: &group)
    case .broken(let problem)?:
      await remove(name)
      await report(problem, name)
    case .waiting(let problem)?:
      await remove(name)
      log(name).info("waiting: \(problem)")
    case nil:
      if devices[name] != nil { log(name).info("no longer served") }
      await remove(name)
    }
  }

  private func start(_ device: ResolvedDevice, _ name: DeviceName, in group: inout DiscardingTaskGroup) async {
    do {
      let binding = try DeviceBinding(device, driver: driver)
      for warning in binding.warnings { log(name).warning("\(warning)") }
      let bus = try bus(binding, in: &group)
      let worker = DeviceWorker(
        binding, cycles: CollectCycles(device), bus: bus, link: link, clock: clock, logger: log(name), events: events,
        isReadOnly: isReadOnly)
      devices[name] = .working(device, worker, bus)
      await worker.received(fromFile: fileWishes(device))
      await link.attach(worker, as: DeviceID(name))
      group.addTask { await worker.run() }
      log(name).info("served with \(binding.points.count) properties")
    } catch {
      await report("\(error)", name)
    }
  }

  private func report(_ problem: String, _ name: DeviceName) async {
    log(name).error("\(problem)")
    events.post(name, .warning, "DeviceInvalid", problem)
    devices[name] = .broken(problem)
    let device = BrokenDevice(id: DeviceID(name), link: link)
    await link.attach(device, as: DeviceID(name))
    await device.edgeAppeared()
  }

  private func remove(_ name: DeviceName) async {
    guard let running = devices.removeValue(forKey: name) else { return }
    guard case .working(_, let worker, let bus) = running else {
      await link.detach(DeviceID(name))
      return
    }
    await worker.stop()
    await link.detach(DeviceID(name))
    let isUsed = devices.values.contains { if case .working(_, _, let other) = $0 { other === bus } else { false } }
    if !isUsed {
      bus.stop()
      buses[bus.id] = nil
      closing[bus.id] = bus
    }
  }

  private func bus(_ binding: DeviceBinding<Driver>, in group: inout DiscardingTaskGroup) throws(ReadingError) -> Bus<Driver> {
    if let bus = buses[binding.bus] { return bus }
    var logger = logger
    logger[metadataKey: "bus"] = "\(binding.bus)"
    let bus = try Bus(
      binding.bus, driver: driver, config: binding.config, after: closing.removeValue(forKey: binding.bus), clock: clock, logger: logger,
      events: events)
    buses[binding.bus] = bus
    group.addTask(executorPreference: bus.executor) { [self] in
      await bus.run()
      await forget(bus)
    }
    return bus
  }

  private func forget(_ bus: Bus<Driver>) {
    if closing[bus.id] === bus { closing[bus.id] = nil }
  }

  private func log(_ name: DeviceName) -> Logger {
    var logger = logger
    logger[metadataKey: "device"] = "\(name)"
    return logger
  }
}

extension DeviceID {
  init(_ name: DeviceName) { self.init(namespace: name.namespace, name: name.name) }
}
