internal import MapperSDK

/// What the device does on demand.
extension Bench {
  func commandsAreCarriedOut() async throws {
    let known = Driver.schema.commands
    if known.isEmpty { throw NotSimulated("carry out commands: the driver's schema has none") }
    let simulated = simulator.commands
    for command in known where !simulated.contains(where: { $0.command.name == command.name }) {
      throw failure(
        "\(command.name) among the commands of the simulator", "\(simulated.map(\.command.name))", "see DeviceSimulator.commands")
    }
    let session = try Session(self)
    for step in simulated {
      try await arrangeIfPossible()
      let point = try session.point(step.property)
      let open = try await session.connect()
      let (command, text) = (step.command, "\(step.command.name)(\(step.command.argument)) of \(step.property)")
      if case .failure(let error) = try await call("perform", { try await open.perform(command, on: point) }) {
        throw failure("\(text) to be carried out", "\(error)")
      }
      for (name, result) in step.results.sorted(by: { $0.key < $1.key }) { try await has(name, result, after: text) }
    }
    try await session.close()
  }

  /// Waits until the device has a value: what takes long goes on after the driver has returned.
  private func has(_ name: String, _ text: String, after command: String) async throws {
    let type = try property(name).type
    let end = ContinuousClock.now + patience
    while true {
      let value = try await simulator.value(of: name)
      if same(value, text, type) { return }
      try Task.checkCancellation()
      try demand(
        ContinuousClock.now < end, "\(name) to be \"\(text)\" at the device within \(patience) of \(command)", "\"\(value)\"")
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  func unknownCommandIsRefused() async throws {
    let session = try Session(self)
    let point = try session.point(properties[0].name)
    let open = try await session.connect()
    let command = DeviceCommand(name: "noSuchCommand")
    switch try await call("perform", { try await open.perform(command, on: point) }) {
    case .success: throw failure("an unknown command to be refused", "it is carried out", "throw a ReadingError that names the command")
    case .failure(let error):
      let error = ReadingError(thrown: error)
      try demand(error.scope != .bus, "a ReadingError that leaves the connection alone", error.detail)
    }
    try await session.close()
  }
}
