package import TwinProtocol

/// What applying the cloud's update came to.
package struct CloudOutcome: Sendable, Hashable {
  /// What changed, before and after; `nil` when nothing did.
  package var document: TwinDocument?
  /// What is wished and not yet so; `nil` when everything is as wished.
  package var delta: TwinDelta?
  /// What the cloud is told where it didn't know the latest: it sends again with these versions.
  package var sync: [String: Twin] = [:]
  /// What can't be taken, and why.
  package var problems: [String] = []
  /// Whether there is something to store.
  package var isChanged = false
}

extension DeviceTwinState {
  private enum CloudChange {
    /// The edge's value is later than what the cloud has seen.
    case outdated(Twin?)
    case deleted(TwinVersion)
    case accepted(TwinProperty)
    case refused(String)
    case unchanged
  }

  /// Applies what the cloud wishes.
  ///
  /// A desired value is taken if the cloud has seen every change that was made here, and it has the cloud's versions then;
  /// else the cloud is told what is here, and sends again (KubeEdge's `dealVersion`, `edge/pkg/devicetwin/dtmanager/twin.go`).
  /// The same value again stays the same wish. What is reported is the device's, so the cloud's word on it is passed over.
  ///
  /// - Parameters:
  ///   - update: The cloud's message, read with its versions.
  ///   - now: Milliseconds since 1970.
  ///   - deltaID: The `event_id` that a delta would have.
  package mutating func apply(cloud update: TwinUpdate, now: Int64, deltaID: @autoclosure () -> String) -> CloudOutcome {
    var outcome = CloudOutcome()
    var changes: [String: TwinDocument.Change] = [:]
    outcome.problems = update.malformed.values.map(\.description)
    for (name, change) in update.twins {
      let before = properties[name]
      switch decide(on: change, name: name, now: now) {
      case .unchanged: break
      case .refused(let problem): outcome.problems.append("\(name): \(problem)")
      case .outdated(let own): outcome.sync[name] = own
      case .deleted(let version):
        let actualVersion = before?.actualVersion ?? deleted[name]?.actualVersion ?? TwinVersion()
        delete(name, expectedVersion: version, actualVersion: actualVersion)
        changes[name] = TwinDocument.Change(last: before?.twin, current: nil)
      case .accepted(let property):
        properties[name] = property
        deleted[name] = nil
        changes[name] = TwinDocument.Change(last: before?.twin, current: property.twin)
      }
    }
    outcome.problems.sort()
    outcome.isChanged = !changes.isEmpty
    if outcome.isChanged {
      outcome.document = TwinDocument(envelope: Envelope(eventID: update.envelope.eventID, timestamp: now), changes: changes)
      _ = refreshConditions(now: now)
    }
    outcome.delta = makeDelta(id: deltaID(), now: now)
    return outcome
  }

  private func decide(on change: Twin?, name: String, now: Int64) -> CloudChange {
    if let problem = TwinValueRules.problem(inName: name) { return .refused(problem) }
    guard let change else { return .refused("null says nothing; a property is deleted by the type \"deleted\"") }
    let known = properties[name]
    let stored = known?.expectedVersion ?? deleted[name]?.expectedVersion ?? TwinVersion()
    guard let version = change.expectedVersion, stored.isSeen(by: version) else {
      return .outdated(known?.wishForCloud ?? deleted[name]?.twin)
    }
    if change.type == "deleted" {
      guard let known else { return .unchanged }
      return known.isDeclared ? .refused("the property is its model's") : .deleted(version)
    }
    var property: TwinProperty
    if let known {
      property = known
    } else {
      if isModelFound { return .refused("the model \"\(modelName ?? "")\" has no such property") }
      guard properties.count < Self.maximumAddedProperties else {
        return .refused("the device has \(Self.maximumAddedProperties) properties already")
      }
      let type = change.type.flatMap { $0.isEmpty ? nil : $0 } ?? "string"
      guard TwinValueRules.propertyType(type) != nil else { return .refused("the value type is not allowed") }
      property = TwinProperty(type: type, optional: change.optional ?? true)
      if let tombstone = deleted[name] { property.revive(tombstone) }
    }
    if let expected = change.expected {
      if !property.isWritable, !expected.value.isEmpty { return .refused("the property is read-only") }
      if let problem = TwinValueRules.problem(inValue: expected.value, of: property) { return .refused(problem) }
      // The cloud sends a Device again whenever anything of it changed; what stands there unchanged is no new wish.
      if property.expected?.value != expected.value { property.wish(expected.value, now: now) }
    }
    if change.optional == false { property.optional = false }
    property.expectedVersion = version
    return .accepted(property)
  }
}

extension TwinProperty {
  /// The desired value as the cloud is told of it.
  fileprivate var wishForCloud: Twin {
    var twin = Twin(expected: expected, optional: optional, type: type)
    twin.expectedVersion = expectedVersion
    return twin
  }
}
