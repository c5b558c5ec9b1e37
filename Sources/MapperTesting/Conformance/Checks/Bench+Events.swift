internal import MapperRuntime
internal import MapperSDK

/// What the device tells by itself.
extension Bench {
  /// The properties that are watched.
  private func watched(_ session: Session<Subject>) throws -> [SimulatedProperty] {
    let watched = try properties.filter { driver.delivery(of: try session.point($0.name)) != .polled }
    if watched.isEmpty { throw NotSimulated("tell events: the driver's delivery(of:) is .polled for all its properties") }
    return watched
  }

  private func begin(_ properties: [SimulatedProperty], _ session: Session<Subject>) async throws -> Watch<Subject> {
    let watch = try Watch(self, properties, session, try await session.connect())
    try await awaken(watch)
    return watch
  }

  /// Changes the first property until the watch tells of it: before, nobody may be watching yet.
  private func awaken(_ watch: Watch<Subject>) async throws {
    let property = watch.properties[0]
    let end = ContinuousClock.now + patience
    for turn in 0... {
      let text = property.values[turn % 2]
      try await simulator.set(text, of: property.name)
      if await watch.told(of: property, text, type: property.type, within: .milliseconds(100), self) { return }
      try watch.checkRunning()
      try Task.checkCancellation()
      try demand(
        ContinuousClock.now < end, "an event that \(property.name) is \"\(text)\", within \(patience)", watch.lately,
        "tell events with EventSink.send, by the point's place in what is watched")
    }
  }

  /// One of a property's values that the device doesn't have now.
  private func otherValue(of property: SimulatedProperty) async throws -> String {
    let value = try await simulator.value(of: property.name)
    return property.values.first { !same($0, value, property.type) } ?? property.values[0]
  }

  func eventsAreTold() async throws {
    let session = try Session(self)
    let watch = try await begin(try watched(session), session)
    for turn in 0..<2 {
      for property in watch.properties {
        let text = property.values[turn]
        let old = try await simulator.value(of: property.name)
        if same(old, text, property.type) { try await simulator.set(property.values[1 - turn], of: property.name) }
        watch.forget()
        try await simulator.set(text, of: property.name)
        guard await watch.told(of: property, text, type: property.type, within: patience, self) else {
          throw failure("an event that \(property.name) is \"\(text)\", within \(patience)", watch.lately)
        }
      }
    }
    try await watch.end()
    try await session.close()
  }

  func eventsKeepOrder() async throws {
    let session = try Session(self)
    let watch = try await begin(try watched(session), session)
    let property = watch.properties[0]
    // The last change before those that count.
    try await simulator.set(property.values[0], of: property.name)
    try await watch.settle()
    watch.forget()
    let texts = (1...10).map { property.values[$0 % 2] }
    for text in texts { try await simulator.set(text, of: property.name) }
    let isComplete = await watch.received(within: patience) { $0.count + $1 >= texts.count }
    try demand(
      isComplete, "\(texts.count) events of \(property.name), or as many told as lost", watch.lately,
      "EventSink.lost tells of what was lost")
    let (events, lost) = watch.events
    let seen = events.map { watch.text(of: $0) }
    try demand(
      events.allSatisfy { $0.point == 0 }, "events of \(property.name) alone, as nothing else changed",
      "points \(events.map(\.point)) of \(watch.properties.map(\.name))")
    if lost == 0 {
      let isSame = seen.count == texts.count && zip(seen, texts).allSatisfy { same($0, $1, property.type) }
      try demand(isSame, "the changes \(texts.joined(separator: ", "))", seen.joined(separator: ", "))
    }
    try demand(same(seen.last ?? "", texts[9], property.type), "\"\(texts[9])\" in the end", seen.last ?? "nothing")
    let times = events.compactMap { $0.reading.time }
    try demand(times == times.sorted(), "times that never go back", "\(times)")
    try await watch.end()
    try await session.close()
  }

  func watchRunsBesideReads() async throws {
    let session = try Session(self)
    let watch = try await begin(try watched(session), session)
    let property = watch.properties[0]
    for _ in 0..<10 {
      let text = try await otherValue(of: property)
      watch.forget()
      try await simulator.set(text, of: property.name)
      let values = try await deviceValues()
      let read = try await session.readAll()
      for (name, value) in values { try expect(read[name] ?? .missing, of: name, is: value, "it was read while it was watched") }
      guard await watch.told(of: property, text, type: property.type, within: patience, self) else {
        throw failure(
          "an event that \(property.name) is \"\(text)\" though it was read as well", watch.lately,
          "a read mustn't swallow what the watch is to tell")
      }
    }
    try await watch.end()
    try await session.close()
  }

  func watchEndsAtCancellation() async throws {
    let session = try Session(self)
    let all = try watched(session)
    try await begin(all, session).end()
    // Before anything is told, too.
    try await Watch(self, all, session, try await session.connect()).end()
    let rest = Array(all.suffix(max(1, all.count - 1)))
    let watch = try await begin(rest, session)
    if all.count > 1 {
      let text = try await otherValue(of: rest[0])
      try await watch.settle()
      watch.forget()
      // Each of its values, whichever it has now.
      for text in all[0].values + all[0].values { try await simulator.set(text, of: all[0].name) }
      try await simulator.set(text, of: rest[0].name)
      _ = await watch.told(of: rest[0], text, type: rest[0].type, within: patience, self)
      try await watch.settle()
      try demand(
        watch.events.events.allSatisfy { $0.point == 0 && same(watch.text(of: $0), text, rest[0].type) },
        "an event that \(rest[0].name) is \"\(text)\", and none of \(all[0].name), which is watched no more", watch.lately,
        "points of events are places in what is watched now")
    }
    try await watch.end()
    try await session.close()
  }
}

extension Reading {
  /// The device's own time, if it told one.
  fileprivate var time: Int64? {
    switch self {
    case .value(_, let time), .uncertain(_, let time, _): time
    case .failure: nil
    }
  }
}
