package import TwinProtocol

extension DeviceTwinState {
  /// How many properties clients may add to a device that has no model.
  static let maximumAddedProperties = 1_000

  /// Applies an update from the edge.
  ///
  /// The rules are KubeEdge's (`edge/pkg/devicetwin/dtmanager/twin.go`) but for two: a property that can't be taken is
  /// refused by itself and the others are taken, and a reported value keeps the time it was measured at.
  ///
  /// - Parameters:
  ///   - update: The update.
  ///   - digest: A hash of its payload.
  ///   - now: Milliseconds since 1970.
  ///   - deltaID: The `event_id` that a delta would have.
  package mutating func apply(_ update: TwinUpdate, digest: UInt64, now: Int64, deltaID: @autoclosure () -> String) -> TwinOutcome {
    let envelope = Envelope(eventID: update.envelope.eventID, timestamp: now)
    if !envelope.eventID.isEmpty, let known = answered.first(where: { $0.eventID == envelope.eventID && $0.digest == digest }) {
      return TwinOutcome(result: TwinUpdateResult(envelope: envelope, twins: [:], refusal: known.refusal), isDuplicate: true)
    }

    var results: [String: Twin?] = Dictionary(minimumCapacity: update.twins.count)
    var changes: [String: TwinDocument.Change] = Dictionary(minimumCapacity: update.twins.count)
    var problems = update.malformed.map { (name: $0.key, problem: $0.value.description) }
    var isUrgent = false
    for (name, change) in update.twins {
      let before = properties[name]
      switch applied(change, to: before, name: name, now: now) {
      case .refused(let problem): problems.append((name, "\(name): \(problem)"))
      case .unchanged: break
      case .deleted:
        delete(name)
        results[name] = .some(nil)
        changes[name] = TwinDocument.Change(last: before?.twin, current: nil)
        isUrgent = true
      case .changed(let property, let result):
        properties[name] = property
        deleted[name] = nil
        results[name] = result
        changes[name] = TwinDocument.Change(last: before?.twin, current: property.twin)
        isUrgent = isUrgent || property.deservesAttention(since: before)
      }
    }
    let refusal = Refusal.naming(problems)
    let isRefused = refusal != nil && changes.isEmpty
    // A value that was just read says as much as a mapper's heartbeat.
    let isSeen = results.values.contains { $0?.actual.map { $0.quality == nil } ?? false }
    if isSeen, isReachable { lastOnline = now }
    if !isRefused { remember(AnsweredEvent(eventID: envelope.eventID, digest: digest, refusal: refusal)) }
    if refreshConditions(now: now) { isUrgent = true }
    return TwinOutcome(
      result: TwinUpdateResult(envelope: envelope, twins: results, refusal: refusal),
      document: changes.isEmpty ? nil : TwinDocument(envelope: envelope, changes: changes),
      delta: isRefused ? nil : makeDelta(id: deltaID(), now: now),
      isChanged: !changes.isEmpty,
      isUrgent: isUrgent
    )
  }

  /// What is wished and not yet so, as a message.
  package func makeDelta(id: @autoclosure () -> String, now: Int64) -> TwinDelta? {
    delta().map { TwinDelta(envelope: Envelope(eventID: id(), timestamp: now), twins: $0.twins, delta: $0.delta) }
  }

  private enum Application {
    case unchanged
    case deleted
    case changed(TwinProperty, Twin)
    case refused(String)
  }

  private func applied(_ change: Twin?, to current: TwinProperty?, name: String, now: Int64) -> Application {
    if let problem = TwinValueRules.problem(inName: name) { return .refused(problem) }
    guard let change else {
      guard let current, current.optional else { return .unchanged }
      return .deleted
    }
    if let current { return applied(change, to: current, now: now) }
    if isModelFound { return .refused("the model \"\(modelName ?? "")\" has no such property") }
    guard properties.count < Self.maximumAddedProperties else {
      return .refused("the device has \(Self.maximumAddedProperties) properties already")
    }
    let type = change.type.flatMap { $0.isEmpty ? nil : $0 } ?? "string"
    guard TwinValueRules.propertyType(type) != nil else { return .refused("the value type is not allowed") }
    var added = TwinProperty(type: type, optional: change.optional ?? true)
    if let tombstone = deleted[name] { added.revive(tombstone) }
    switch applied(change, to: added, now: now) {
    case .unchanged, .deleted: return .changed(added, Twin(optional: added.optional, type: added.type))
    case let other: return other
    }
  }

  private func applied(_ change: Twin, to current: TwinProperty, now: Int64) -> Application {
    var property = current
    var result = Twin()
    var isValueChanged = false
    if let expected = change.expected {
      if !property.isWritable, !expected.value.isEmpty { return .refused("the property is read-only") }
      if let problem = TwinValueRules.problem(inValue: expected.value, of: property) { return .refused(problem) }
      property.wish(expected.value, now: now)
      result.expected = property.expected
      isValueChanged = true
    }
    if let actual = change.actual {
      if let problem = TwinValueRules.problem(inValue: actual.value, of: property) { return .refused(problem) }
      property.actual = TwinValue(
        actual.value, timestamp: Self.plausible(actual.timestamp, now: now), quality: actual.quality.map(TwinValueRules.shortened),
        reason: actual.reason.map(TwinValueRules.shortened))
      property.actualVersion = property.actualVersion.nextAtEdge
      result.actual = property.actual
      isValueChanged = true
    }
    if let written = change.written {
      // Wishes have later times than what was written, so after a time without end nothing could be wished any more.
      guard written.timestamp <= Self.latestTime else {
        return .refused("written.timestamp: \(written.timestamp) is no time in milliseconds since 1970")
      }
      property.written = written
      property.written?.error = written.error.map(TwinValueRules.shortened)
      property.written?.at = now
      property.awaitsReadBack = written.error == nil
    }
    if let actual = change.actual {
      if actual.quality != "bad" { property.awaitsReadBack = false }
      property.markIfReached(now: now)
    }
    if change.optional == false, property.optional {
      property.optional = false
      result.optional = false
    }
    guard isValueChanged || property != current else { return .unchanged }
    if isValueChanged {
      result.optional = property.optional
      result.type = property.type
    }
    return .changed(property, result)
  }

  /// The end of the year 9999, in milliseconds since 1970.
  private static let latestTime: Int64 = 253_402_300_799_999

  /// A source's time, unless it is before 2001 or more than a day ahead: then its clock isn't set, and ours counts.
  private static func plausible(_ timestamp: Int64?, now: Int64) -> Int64 {
    guard let timestamp, timestamp >= 978_307_200_000, timestamp <= now + 86_400_000 else { return now }
    return timestamp
  }

  private mutating func remember(_ event: AnsweredEvent) {
    guard !event.eventID.isEmpty else { return }
    // A client that gives every update the same id may go back to an earlier one, and mean it.
    answered.removeAll { $0.eventID == event.eventID }
    answered.append(event)
    if answered.count > Self.rememberedEvents { answered.removeFirst(answered.count - Self.rememberedEvents) }
  }
}

extension TwinProperty {
  /// Takes over a desired value; its timestamp, which identifies it, is later than any before.
  mutating func wish(_ value: String, now: Int64, timestamp: Int64? = nil) {
    let previous = max(expected?.timestamp ?? 0, written?.timestamp ?? 0)
    expected = TwinValue(value, timestamp: timestamp ?? max(now, previous == .max ? previous : previous + 1))
    expectedVersion = expectedVersion.nextAtEdge
    awaitsReadBack = false
  }

  /// A wish that the device reports as so, after it was wished, is done though nobody had to write it: what the device has
  /// later is no reason to write it then.
  fileprivate mutating func markIfReached(now: Int64) {
    guard let wished = expected?.timestamp, written?.timestamp != wished, let actual, actual.quality == nil,
      actual.timestamp ?? 0 >= wished, wish != nil, wishProblem == nil, isReached
    else { return }
    written = WrittenMark(timestamp: wished, at: now)
  }

  fileprivate func deservesAttention(since before: TwinProperty?) -> Bool {
    guard let before else { return true }
    return before.expected != expected || before.actual?.quality != actual?.quality || before.actual?.reason != actual?.reason
      || (before.actual == nil) != (actual == nil) || before.written != written
      || before.awaitsReadBack != awaitsReadBack
  }
}

extension Refusal {
  /// Characters of reasons that an answer carries at most.
  private static let maximumReason = 2_000

  /// One refusal for all that is wrong, in the order of the properties' names.
  static func naming(_ problems: [(name: String, problem: String)]) -> Refusal? {
    guard !problems.isEmpty else { return nil }
    let reason = problems.sorted { $0.name < $1.name }.map(\.problem).joined(separator: "; ")
    return Refusal(code: 400, reason: reason.count > maximumReason ? reason.prefix(maximumReason) + "…" : reason)
  }
}
