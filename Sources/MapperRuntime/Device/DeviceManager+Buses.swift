internal import DeviceAPI
internal import Logging
internal import MapperSDK

/// Who is on which bus.
extension DeviceManager {
  /// A device wants to be on its bus.
  func join(_ name: DeviceName, _ binding: DeviceBinding<Driver>) {
    claimed[name] = binding.bus
    claims[binding.bus, default: BusClaims(binding.bus) { [driver] in driver.conflicts(of: $0, with: $1) }].add(name, binding.config)
  }

  /// A device wants its bus no more.
  func leave(_ name: DeviceName, _ touched: inout Set<BusID>) {
    guard let id = claimed.removeValue(forKey: name) else { return }
    touched.insert(id)
    claims[id]?.remove(name)
  }

  /// A device wants its bus no more, or otherwise, unless it wants the same of it as before.
  func leave(_ name: DeviceName, unlessFor binding: DeviceBinding<Driver>, _ touched: inout Set<BusID>) {
    if claimed[name] == binding.bus, claims[binding.bus]?.change(name, binding.config) == true { return }
    leave(name, &touched)
  }

  /// Makes a bus what those who want it agree on: starts who can be on it, and tells the others why they can't.
  func settle(_ id: BusID, _ bindings: [DeviceName: DeviceBinding<Driver>], in group: inout DiscardingTaskGroup) async {
    guard let claims = claims[id] else { return }
    let refusals = Dictionary(
      uniqueKeysWithValues: claims.refusals.map { ($0.device, $0.conflicts.map(\.description).joined(separator: "; ")) })
    for name in claims.devices where refusals[name] != "" {
      guard case .working(let device, _, _)? = devices[name] else { continue }
      await remove(name)
      devices[name] = .refused(device, nil)
    }
    // Nobody on it wants it as it is.
    if let bus = buses[id], !isUsed(bus) { close(id) }
    guard let settings = claims.settings else {
      self.claims[id] = nil
      return
    }
    buses[id]?.submit(.configure(settings))
    for name in claims.devices {
      guard case .refused(let device, let told)? = devices[name], let refusal = refusals[name] else { continue }
      if refusal.isEmpty {
        // What could be bound before can be now.
        guard let binding = try? bindings[name] ?? DeviceBinding(device, driver: driver) else { continue }
        await start(device, binding, in: &group)
      } else if told != refusal {
        devices[name] = .refused(device, refusal)
        log(name).error("\(refusal)")
        events.post(name, .warning, "BusConflict", refusal)
        await attach(refusal, name)
      }
    }
  }

  /// The bus of a device, connected by the settings of those who want it.
  func bus(_ binding: DeviceBinding<Driver>, in group: inout DiscardingTaskGroup) throws(ReadingError) -> Bus<Driver> {
    if let bus = buses[binding.bus] { return bus }
    var logger = logger
    logger[metadataKey: "bus"] = "\(binding.bus)"
    let bus = try Bus(
      binding.bus, driver: driver, config: claims[binding.bus]?.settings ?? binding.config,
      after: closing.removeValue(forKey: binding.bus), clock: clock, logger: logger, events: events)
    buses[binding.bus] = bus
    group.addTask(executorPreference: bus.executor) { [self] in
      await bus.run()
      await forget(bus)
    }
    return bus
  }

  /// Has a bus let go of its connection.
  func close(_ id: BusID) {
    guard let bus = buses.removeValue(forKey: id) else { return }
    bus.stop()
    closing[id] = bus
  }

  private func isUsed(_ bus: Bus<Driver>) -> Bool {
    devices.values.contains { if case .working(_, _, let other) = $0 { other === bus } else { false } }
  }

  private func forget(_ bus: Bus<Driver>) {
    if closing[bus.id] === bus { closing[bus.id] = nil }
  }
}
