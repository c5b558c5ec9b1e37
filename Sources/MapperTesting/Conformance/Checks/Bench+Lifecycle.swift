internal import MapperSDK

/// Connections, and what they hold.
extension Bench {
  func cancellationEndsRead() async throws {
    try await arrangeIfPossible()
    let values = try await deviceValues()
    let session = try Session(self)
    _ = try await session.readAll()
    let name = properties[0].name
    let point = try session.point(name)
    let open = try await session.connect()
    try await simulator.inject(.silent)
    for wait in [subject.timeout / 4, .zero] {
      let read = PendingCall(on: executor) { try await open.read([point]) }
      _ = await read.began.value(within: patience)
      // So that the read waits for the device; when it doesn't yet, that has to be right too.
      if wait > .zero { try await Task.sleep(for: wait) }
      read.cancel()
      guard case .success(let readings)? = await read.result(within: patience) else {
        if read.isOver { continue }
        throw failure(
          "the cancelled read to return within \(patience), the driver's own timeout of \(subject.timeout) and a grace of "
            + "\(subject.grace)", "it waits on",
          "give each wait a deadline, or end it with withTaskCancellationHandler")
      }
      for case .value(let value) in readings.map({ ReadOutcome($0) }) {
        throw failure("no value of a device that is silent", "\(value)")
      }
    }
    try await simulator.inject(nil)
    try await session.close()
    try await session.recover(name, to: values[name] ?? "", "a new connection was made after the cancelled read")
    try await session.close()
  }

  func closeIsIdempotent() async throws {
    try await arrangeIfPossible()
    let values = try await deviceValues()
    for _ in 0..<2 {
      let session = try Session(self)
      let open = try await session.connect()
      try expect(try await session.read(properties[0].name), of: properties[0].name, is: values[properties[0].name] ?? "")
      for _ in 0..<2 { _ = try await call("close", { await open.close() }) }
      // The session closes what is closed already.
      try await session.close()
    }
  }

  func leavesNothing(_ kind: ProcessResources.Kind) async throws {
    // What one driver leaves behind must not be taken for another's.
    try await leakTurn.take { try await leavesNothingNow(kind) }
  }

  private func leavesNothingNow(_ kind: ProcessResources.Kind) async throws {
    try await arrangeIfPossible()
    let values = try await deviceValues()
    let name = properties[0].name
    try await leavesNothing(kind, "connect, read and close") { session in
      try expect(try await session.read(name), of: name, is: values[name] ?? "")
      try await session.close()
    }
    do { try await simulator.inject(.absent) } catch is NotSimulated { return }
    try await leavesNothing(kind, "connect to nobody, and close") { session in
      if case .value(let value) = try await session.read(name) { throw failure("no value, since nobody is there", "\(value)") }
      try await session.close()
    }
  }

  /// Repeats something, and demands that it leaves nothing behind.
  private func leavesNothing(
    _ kind: ProcessResources.Kind, _ what: String, _ round: (Session<Subject>) async throws -> Void
  ) async throws {
    let rounds = 20
    var seen: [ProcessResources] = []
    // Others of the process may have opened something in each of the rounds; not each time.
    for _ in 0..<3 {
      var fresh: [ProcessResources] = []
      for _ in 0..<rounds {
        let before = ProcessResources(kind)
        // Its own session, so that nothing of the round before is needed.
        try await round(try Session(self))
        fresh.append(ProcessResources(kind).subtracting(before))
      }
      let end = ContinuousClock.now + subject.grace
      repeat {
        let now = ProcessResources(kind)
        seen = fresh.map { $0.intersection(now) }.filter { !$0.isEmpty }
        // What closes or ends elsewhere may take a moment.
        if seen.count >= rounds / 2 { try await Task.sleep(for: .milliseconds(20)) }
      } while seen.count >= rounds / 2 && ContinuousClock.now < end
      if seen.count < rounds / 2 { return }
    }
    throw failure(
      "fewer than \(rounds / 2) of \(rounds) rounds of \"\(what)\" to leave a \(kind.word)",
      "\(seen.count) do, for instance \(seen.last?.sample ?? "")",
      "let go of all that connect(to:) made when it throws, and in close()")
  }
}

/// The process's descriptors and threads are everybody's: one check at a time looks at them.
private let leakTurn = Turn()
