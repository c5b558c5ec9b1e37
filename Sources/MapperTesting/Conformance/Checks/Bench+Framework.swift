internal import MapperRuntime
internal import MapperSDK

/// The driver as a mapper runs it.
extension Bench {
  /// Runs devices of the driver while the body runs.
  func withHarness(_ body: (MapperHarness<Driver>) async throws -> Void) async throws {
    try await MapperHarness.run(driver, patience: patience + subject.grace, body)
  }

  /// Waits until a device has reported a good value.
  func reported(_ property: SimulatedProperty, as text: String, by name: DeviceName, _ harness: MapperHarness<Driver>) async throws {
    do {
      try await harness.edge.report(of: property.name, of: name, within: deadline) {
        $0.quality == .good && same($0.value ?? "", text, property.type)
      }
    } catch is WaitTimeout {
      try Task.checkCancellation()
      let last = harness.edge.reports(of: property.name, of: name).last?.description
      throw failure(
        "\(name) to report \(property.name) as \"\(text)\" within \(deadline)",
        last ?? "no report; its state is \(harness.edge.state(of: name) ?? "unknown")")
    }
  }

  private func reported(_ values: [String: String], by name: DeviceName, _ harness: MapperHarness<Driver>) async throws {
    for property in properties { try await reported(property, as: values[property.name] ?? "", by: name, harness) }
  }

  private func names(_ count: Int) -> [DeviceName] {
    (0..<count).map { DeviceName(namespace: "default", name: "subject-\($0)") }
  }

  func devicesShareABus() async throws {
    try await arrangeIfPossible()
    let values = try await deviceValues()
    let names = names(3)
    let bindings = try names.map { try binding(device($0)) }
    try await withHarness { harness in
      for name in names { try harness.apply(device(name).text) }
      for name in names { try await reported(values, by: name, harness) }
      let buses = await harness.buses
      let expected = Set(bindings.map(\.bus.description)).sorted()
      try demand(buses.map(\.name) == expected, "the buses \(expected)", "\(buses.map(\.name))")
      try demand(
        buses.allSatisfy { $0.connects == 1 }, "one connection a bus", buses.map { "\($0.name): \($0.connects)" }.joined(separator: ", "),
        "a healthy device mustn't lose its connection; \(buses.map(\.failures).reduce(0, +)) requests failed")
      // One of them goes, the others stay.
      harness.delete(device: names[0])
      harness.edge.forget()
      await harness.edge.restart()
      for name in names.dropFirst() { try await reported(values, by: name, harness) }
    }
  }

  func busesRunTogether() async throws {
    let names = names(3)
    var benches: [Bench] = []
    do {
      for turn in 0..<3 {
        let bench = try await Bench(check, subject)
        benches.append(bench)
        try await bench.arrangeIfPossible(turn)
      }
      try await withHarness { harness in
        for (name, bench) in zip(names, benches) { try harness.apply(bench.device(name).text) }
        for (name, bench) in zip(names, benches) { try await bench.reported(try await bench.deviceValues(), by: name, harness) }
        do { try await benches[0].simulator.inject(.silent) } catch is NotSimulated { return }
        try await harness.edge.wait(for: "the state offline of a silent device", within: deadline) {
          $0.state(of: names[0]) == "offline"
        }
        for turn in 3..<5 {
          harness.edge.forget()
          for (name, bench) in zip(names, benches).dropFirst() {
            try await bench.arrange(turn)
            try await bench.reported(try await bench.deviceValues(), by: name, harness)
          }
        }
      }
    } catch {
      for bench in benches { await bench.finish() }
      throw error
    }
    for bench in benches { await bench.finish() }
  }

  func deviceComesBack() async throws {
    let property = properties[0]
    try await simulator.inject(.absent)
    try await withHarness { harness in
      try harness.apply(device().text)
      for turn in 0..<2 {
        try await harness.edge.wait(for: "the state offline of an absent device", within: deadline) {
          $0.state(of: Self.name) == "offline"
        }
        if turn > 0 {
          let report = try await harness.edge.report(of: property.name, of: Self.name, within: deadline) { $0.quality == .bad }
          try demand(report.reason?.isEmpty == false, "a reason why \(property.name) can't be read", report.description)
        }
        harness.edge.forget()
        try await arrangeIfPossible(turn)
        let values = try await deviceValues()
        try await simulator.inject(nil)
        try await reported(values, by: Self.name, harness)
        try await harness.edge.wait(for: "the state online of a device that is there", within: deadline) {
          $0.state(of: Self.name) == "online"
        }
        harness.edge.forget()
        if turn == 0 { try await simulator.inject(.absent) }
      }
    }
  }

  func cycleChangeKeepsConnection() async throws {
    let property = properties[0]
    try await withHarness { harness in
      for (turn, cycle) in [Int64(50), 20, 100].enumerated() {
        try await arrange(turn)
        let values = try await deviceValues()
        try harness.apply(device(cycle: cycle).text)
        harness.edge.forget()
        try await reported(property, as: values[property.name] ?? "", by: Self.name, harness)
      }
      let buses = await harness.buses
      try demand(
        buses.map(\.connects) == [1], "one bus, connected once", buses.map { "\($0.name): \($0.connects)" }.joined(separator: ", "))
    }
  }

  func visitorChangeTakesEffect() async throws {
    try await arrangeIfPossible()
    let values = try await deviceValues()
    try await withHarness { harness in
      for source in [properties[0], properties[1], properties[0]] {
        var moving = source
        moving.name = "moving"
        var device = device()
        device.properties = [moving]
        harness.edge.forget()
        try harness.apply(device.text)
        try await reported(moving, as: values[source.name] ?? "", by: Self.name, harness)
      }
    }
  }

  func shutdownUnderLoad() async throws {
    try await arrangeIfPossible()
    let values = try await deviceValues()
    let names = names(4)
    try await withHarness { harness in
      for name in names { try harness.apply(device(name, cycle: 5).text) }
      for name in names { try await reported(values, by: name, harness) }
      do { try await simulator.inject(.silent) } catch is NotSimulated { return }
      // So that reads wait; when none does yet, that has to be right too.
      try await Task.sleep(for: subject.timeout / 4)
    }
  }

  func desiredIsWrittenOnce() async throws {
    guard let property = properties.first(where: \.isWritable) else {
      throw NotSimulated("be written: none of its properties is writable")
    }
    try await arrangeIfPossible()
    let values = try await deviceValues()
    let old = values[property.name] ?? ""
    let new = property.values.first { !same($0, old, property.type) } ?? property.values[0]
    try await withHarness { harness in
      try harness.apply(device().text)
      try await reported(values, by: Self.name, harness)
      harness.edge.forget()
      let timestamp = await harness.edge.desire(new, for: property.name, of: Self.name)
      let report = try await harness.edge.report(of: property.name, of: Self.name, within: deadline) { $0.written != nil }
      try demand(
        report.written == EdgeWrite(timestamp: timestamp), "the desired value \"\(new)\" of \(property.name) to be written",
        report.description)
      // What was polled meanwhile is newer than what was read back with the mark.
      if let value = report.value {
        try demand(same(value, new, property.type), "\(property.name) to be read back as \"\(new)\"", report.description)
      }
      try await reported(property, as: new, by: Self.name, harness)
      let value = try await simulator.value(of: property.name)
      try demand(same(value, new, property.type), "the device to have \"\(new)\"", "\"\(value)\"")
      do { try await simulator.set(old, of: property.name) } catch is NotSimulated { return }
      harness.edge.forget()
      try await reported(property, as: old, by: Self.name, harness)
      // Told the wish again, as by a core that came anew, it stays as it is.
      await harness.edge.restart()
      harness.edge.forget()
      await harness.edge.restart()
      try await reported(property, as: old, by: Self.name, harness)
      let left = try await simulator.value(of: property.name)
      try demand(same(left, old, property.type), "the device to be left alone at \"\(old)\"", "\"\(left)\"")
    }
  }
}
