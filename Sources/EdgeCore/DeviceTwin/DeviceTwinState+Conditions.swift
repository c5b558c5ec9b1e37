import TwinProtocol

extension DeviceTwinState {
  /// Brings the conditions up to date.
  ///
  /// - Returns: Whether one changed.
  package mutating func refreshConditions(now: Int64) -> Bool {
    var refreshed: [DeviceCondition] = []
    for var condition in currentConditions() {
      let known = conditions.first { $0.type == condition.type }
      condition.lastTransition = known.flatMap { $0.status == condition.status ? $0.lastTransition : nil } ?? now
      refreshed.append(condition)
    }
    guard refreshed != conditions else { return false }
    conditions = refreshed
    return true
  }

  private func currentConditions() -> [DeviceCondition] {
    [modelFound, ready] + (synced.map { [$0] } ?? [])
  }

  private var modelFound: DeviceCondition {
    isModelFound
      ? condition("ModelFound", "True", "Found", "the model \"\(modelName ?? "")\" is there")
      : condition("ModelFound", "False", "NotFound", "there is no DeviceModel \"\(modelName ?? "")\" in the namespace; apply it")
  }

  private var ready: DeviceCondition {
    switch state?.lowercased() {
    case "online", "ok": condition("Ready", "True", "Online", "the mapper reaches the device")
    case "offline", "disconnected": condition("Ready", "False", "Offline", because("the mapper doesn't reach the device"))
    case "unhealthy": condition("Ready", "False", "Unhealthy", because("the mapper finds the device unhealthy"))
    case nil: condition("Ready", "Unknown", "NoReport", "no mapper has told the device's state yet")
    default: condition("Ready", "Unknown", "Unknown", because("the device's state isn't known"))
    }
  }

  private func because(_ text: String) -> String { stateReason.map { "\(text): \($0)" } ?? text }

  /// Whether what is wished is so; absent while nothing is wished. The first of rejected, pending, drifted and written wins.
  private var synced: DeviceCondition? {
    let wished = properties.filter { $0.value.wish != nil }.sorted { $0.key < $1.key }
    guard !wished.isEmpty else { return nil }
    for (name, property) in wished {
      guard let written = property.written, written.timestamp == property.expected?.timestamp, let error = written.error else { continue }
      return condition("Synced", "False", written.isTimeout ? "Timeout" : "Rejected", "\(name): \(error)")
    }
    for (name, property) in wished {
      if let problem = property.wishProblem { return condition("Synced", "False", "Rejected", "\(name): \(problem)") }
    }
    let missed = wished.filter { !$0.value.isReached }
    if let (name, property) = missed.first(where: { !$0.value.isWritten }) {
      let isOffline = ["offline", "disconnected"].contains(state?.lowercased() ?? "")
      return condition("Synced", "False", isOffline ? "DeviceOffline" : "Pending", difference(name, property))
    }
    if let (name, property) = missed.first(where: { !$0.value.awaitsReadBack }) {
      return condition("Synced", "False", "Drifted", difference(name, property))
    }
    if let (name, property) = wished.first(where: { $0.value.isWritten && $0.value.awaitsReadBack }) {
      return condition("Synced", "Unknown", "Written", "\(name): \"\(property.wish?.value ?? "")\" is written, and wasn't read back yet")
    }
    return condition("Synced", "True", "Verified", "the device reports what is desired")
  }

  private func difference(_ name: String, _ property: TwinProperty) -> String {
    let reported = property.actual.map { "\"\($0.value)\"" } ?? "nothing"
    return "\(name): desired \"\(property.wish?.value ?? "")\", reported \(reported)"
  }

  private func condition(_ type: String, _ status: String, _ reason: String, _ message: String) -> DeviceCondition {
    DeviceCondition(type: type, status: status, reason: reason, message: message, lastTransition: 0)
  }
}
