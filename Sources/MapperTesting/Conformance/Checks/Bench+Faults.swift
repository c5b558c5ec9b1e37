internal import MapperSDK

/// What goes wrong on the way.
extension Bench {
  /// A device that has values, was read once, and the values.
  private func session() async throws -> (Session<Subject>, [String: String]) {
    try await arrangeIfPossible()
    let session = try Session(self)
    let values = try await deviceValues()
    for (name, outcome) in try await session.readAll() {
      try expect(outcome, of: name, is: values[name] ?? "", "the device is healthy")
    }
    return (session, values)
  }

  func silenceIsAnError() async throws {
    let (session, values) = try await session()
    try await simulator.inject(.silent)
    for property in properties.prefix(2) {
      switch try await session.read(property.name) {
      case .value(let value):
        throw failure("an error, since the device is silent", "\(property.name) is \(value.text ?? "\(value)")", "remember no values")
      case .failure(let error):
        try demand(
          error.isUnreachable && error.isTransient, "a transient error that reaches the unit or the bus", error.detail,
          "throw ReadingError(.timeout, …), which is so by itself")
        try demand(!error.reason.isEmpty, "a reason", "an empty one")
      }
    }
    try await simulator.inject(nil)
    try await session.recover(properties[0].name, to: values[properties[0].name] ?? "", "the device answers again")
    try await session.close()
  }

  func lateAnswerIsDropped() async throws {
    let (session, values) = try await session()
    let late = subject.timeout * 3 / 2
    for round in 0..<3 {
      let (first, second) = (properties[round % properties.count], properties[(round + 1) % properties.count])
      try await simulator.inject(.slow(milliseconds: late.milliseconds))
      try expectNoWrongValue(try await session.read(first.name), of: first.name, is: values[first.name] ?? "")
      try await simulator.inject(nil)
      try await session.recover(
        second.name, to: values[second.name] ?? "",
        "the answer for \(first.name) came after the driver gave up: tell answers apart by a transaction id, or let the line get empty, "
          + "or connect anew")
    }
    try await session.close()
  }

  func slowDeviceIsRead() async throws {
    let (session, values) = try await session()
    let delay = subject.timeout / 4
    var seen = ""
    // A machine that stands still for a moment makes a slow device a silent one; not each time.
    for _ in 0..<5 {
      try await simulator.inject(.slow(milliseconds: delay.milliseconds))
      let outcome = try await session.read(properties[0].name)
      try expectNoWrongValue(outcome, of: properties[0].name, is: values[properties[0].name] ?? "")
      try await simulator.inject(nil)
      guard let error = outcome.error else { return try await session.close() }
      seen = error.detail
      try await session.recover(properties[0].name, to: values[properties[0].name] ?? "", "the device is as fast as before")
    }
    throw failure(
      "a value from a device that takes \(delay) to answer, of the \(subject.timeout) that the driver waits", "five times \(seen)",
      "DriverUnderTest.timeout has to be what the simulator's protocolConfig says")
  }

  func garbageIsNoValue() async throws {
    let (session, values) = try await session()
    try await simulator.inject(.garbage)
    for round in 0..<5 {
      let property = properties[round % properties.count]
      try expectNoWrongValue(
        try await session.read(property.name), of: property.name, is: values[property.name] ?? "",
        "check lengths, checksums and ranges before bytes become a value")
    }
    try await simulator.inject(nil)
    try await session.recover(properties[0].name, to: values[properties[0].name] ?? "", "the device answers properly again")
    try await session.close()
  }

  func disconnectIsNoticed() async throws {
    let (session, values) = try await session()
    for round in 0..<3 {
      let property = properties[round % properties.count]
      try await simulator.inject(.disconnect)
      switch try await session.read(property.name) {
      case .value(let value):
        try expect(.value(value), of: property.name, is: values[property.name] ?? "", "the connection was closed during the read")
      case .failure(let error):
        try demand(
          error.isUnreachable, "an error that reaches the unit or the bus, since the connection is lost", error.detail,
          "throw ReadingError(.notConnected, …), or the system's error as it is")
      }
      try await simulator.inject(nil)
      try await session.recover(property.name, to: values[property.name] ?? "", "the device accepts connections again")
    }
    try await session.close()
  }

  func absenceIsSaid() async throws {
    try await arrangeIfPossible()
    let values = try await deviceValues()
    let session = try Session(self)
    for _ in 0..<2 {
      try await simulator.inject(.absent)
      switch try await session.read(properties[0].name) {
      case .value(let value): throw failure("no value, since nobody is there", "\(value.text ?? "\(value)")")
      case .failure(let error):
        try demand(error.isUnreachable, "an error that reaches the unit or the bus, since nobody is there", error.detail)
        try demand(
          error.reason.contains(where: \.isLetter), "a reason that a user can act on", "\"\(error.reason)\"",
          "say who isn't there and what the system says about it")
      }
      try await simulator.inject(nil)
      try await session.recover(properties[0].name, to: values[properties[0].name] ?? "", "the device is there")
    }
    try await session.close()
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int { Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) }
}
