internal import MapperSDK

/// Values from the device.
extension Bench {
  func everyPropertyIsRead() async throws {
    try await arrangeIfPossible()
    let session = try Session(self)
    let values = try await deviceValues()
    let all = try await session.readAll()
    for property in properties {
      let text = values[property.name] ?? ""
      try expect(all[property.name] ?? .missing, of: property.name, is: text, "all properties were read together")
      try expect(try await session.read(property.name), of: property.name, is: text, "the property was read alone")
    }
    try await session.close()
  }

  func readsFollowTheDevice() async throws {
    let session = try Session(self)
    for turn in 0..<4 {
      try await arrange(turn)
      let values = try await deviceValues()
      let all = try await session.readAll()
      for property in properties { try expect(all[property.name] ?? .missing, of: property.name, is: values[property.name] ?? "") }
    }
    try await session.close()
  }

  func readingsKeepOrder() async throws {
    try await arrangeIfPossible()
    let session = try Session(self)
    let values = try await deviceValues()
    for round in 0..<20 {
      let order = shuffled(properties.map(\.name), round)
      let read = try await session.read(order)
      for name in order {
        try expect(
          read[name] ?? .missing, of: name, is: values[name] ?? "",
          "the points were given in the order \(order.joined(separator: ", ")); the first reading is the first point's")
      }
    }
    try await session.close()
  }

  func emptyReadIsEmpty() async throws {
    let session = try Session(self)
    let open = try await session.connect()
    switch try await call("read([])", { try await open.read([]) }) {
    case .success(let readings): try demand(readings.isEmpty, "no reading", "\(readings.count)")
    case .failure(let error): throw failure("read([]) to return an empty list", "it throws: \(error)")
    }
    try await session.close()
  }

  func failedReadIsNoValue() async throws {
    try await arrangeIfPossible()
    let session = try Session(self)
    // Whatever a driver remembers it has to remember now.
    _ = try await session.readAll()
    for property in properties {
      try await simulator.inject(.refuseReads(property: property.name))
      for (outcome, how) in [
        (try await session.read(property.name), "alone"), (try await session.readAll()[property.name] ?? .missing, "with the others"),
      ] {
        switch outcome {
        case .value(let value):
          throw failure(
            "no value of \(property.name), which the device refuses to read", "\(value.text ?? "\(value)"), read \(how)",
            "return .failure for the point, or throw a ReadingError")
        case .failure(let error):
          try demand(!error.reason.isEmpty, "a reason why \(property.name) can't be read", "an empty one")
        }
      }
    }
    try await session.close()
  }

  func batchFailsPartially() async throws {
    try await arrange(0)
    let refused = properties[0]
    let old = try await deviceValues()
    try await withHarness { harness in
      try harness.apply(device().text)
      for property in properties { try await reported(property, as: old[property.name] ?? "", by: Self.name, harness) }
      harness.edge.forget()
      try await simulator.inject(.refuseReads(property: refused.name))
      try await arrange(1)
      let new = try await deviceValues()
      for property in properties.dropFirst() { try await reported(property, as: new[property.name] ?? "", by: Self.name, harness) }
      let report = try await harness.edge.report(of: refused.name, of: Self.name, within: deadline) { $0.quality != .good }
      try demand(report.reason?.isEmpty == false, "a reason why \(refused.name) can't be read", report.description)
      try demand(
        same(report.value ?? "", old[refused.name] ?? "", refused.type), "the last good value of \(refused.name), as a bad one",
        report.description)
    }
  }
}

extension ReadOutcome {
  static var missing: ReadOutcome { .failure(ReadingError(.failed, "there is no reading")) }
}
