internal import MapperSDK

/// Values to the device.
extension Bench {
  private func writable() throws -> [SimulatedProperty] {
    let writable = properties.filter(\.isWritable)
    if writable.isEmpty { throw NotSimulated("be written: none of its properties is writable") }
    return writable
  }

  private func write(_ text: String, to property: SimulatedProperty, _ session: Session<Subject>) async throws {
    if case .failure(let error) = try await session.write(text, to: property.name) {
      throw failure("\"\(text)\" to be written to \(property.name)", "\(error)")
    }
  }

  func writeArrives() async throws {
    let session = try Session(self)
    for property in try writable() {
      for text in [property.values[1], property.values[0]] {
        try await write(text, to: property, session)
        let value = try await simulator.value(of: property.name)
        try demand(same(value, text, property.type), "the device to have \"\(text)\" as its \(property.name)", "\"\(value)\"")
      }
    }
    try await session.close()
  }

  func writeIsReadBack() async throws {
    let session = try Session(self)
    for property in try writable() {
      for text in [property.values[1], property.values[0]] {
        try await write(text, to: property, session)
        try expect(try await session.read(property.name), of: property.name, is: text, "it was written just before")
      }
    }
    try await session.close()
  }

  func writeLeavesOthersAlone() async throws {
    let session = try Session(self)
    let writable = try writable()
    for turn in 0..<2 {
      try await arrangeIfPossible(turn)
      for property in writable {
        var values = try await deviceValues()
        let old = values[property.name] ?? ""
        let text = property.values.first { !same($0, old, property.type) } ?? property.values[0]
        try await write(text, to: property, session)
        values[property.name] = text
        for other in properties {
          let value = try await simulator.value(of: other.name)
          try demand(
            same(value, values[other.name] ?? "", other.type),
            "\(other.name) to stay \"\(values[other.name] ?? "")\" when \(property.name) is written", "\"\(value)\"")
        }
      }
    }
    try await session.close()
  }

  func refusedWriteThrows() async throws {
    let session = try Session(self)
    for property in try writable() {
      let before = try await simulator.value(of: property.name)
      let text = property.values.first { !same($0, before, property.type) } ?? property.values[0]
      try await simulator.inject(.refuseWrites(property: property.name))
      switch try await session.write(text, to: property.name) {
      case .success:
        throw failure("write to throw, since the device refuses \(property.name)", "it returns", "check what the device answers to a write")
      case .failure(let error as ReadingError):
        try demand(
          error.scope != .bus, "an error of the point or the unit: the connection isn't broken", error.detail,
          "give ReadingError the scope .point")
        try demand(!error.reason.isEmpty, "a reason why \(property.name) can't be written", "an empty one")
      case .failure(let error):
        throw failure(
          "a ReadingError", "\(type(of: error)): \(error)", "anything but a ReadingError tells the framework that the connection is broken")
      }
      let after = try await simulator.value(of: property.name)
      try demand(same(before, after, property.type), "\(property.name) to stay \"\(before)\"", "\"\(after)\"")
      try await simulator.inject(nil)
      try await write(text, to: property, session)
    }
    try await session.close()
  }
}
