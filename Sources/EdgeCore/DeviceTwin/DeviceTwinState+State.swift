package import TwinProtocol

extension DeviceTwinState {
  /// The states that a mapper may tell, in any case: KubeEdge's of 1.9 and of today.
  private static let states: Set<String> = ["online", "offline", "ok", "unknown", "unhealthy", "disconnected"]

  /// Takes over the state that a mapper tells; the time the device was last reached outlives its absence.
  ///
  /// - Parameter reason: Why the device isn't online, as far as the mapper says it.
  /// - Returns: Whether anything but that time changed, or why the state is refused.
  package mutating func apply(state new: String, because reason: String? = nil, now: Int64) -> Result<Bool, Refusal> {
    guard Self.states.contains(new.lowercased()) else {
      return .failure(
        Refusal(
          code: 400,
          reason: "the state \"\(new.prefix(64))\" is not one of online, offline, ok, unknown, unhealthy, disconnected"))
    }
    let isNew = state?.lowercased() != new.lowercased()
    state = new
    stateReason = isReachable ? nil : reason.map(TwinValueRules.shortened)
    if isReachable { lastOnline = now }
    return .success(refreshConditions(now: now) || isNew)
  }

  /// Nobody tells how the device is any more.
  ///
  /// - Returns: Whether anything changed.
  package mutating func lose(because reason: String, now: Int64) -> Bool {
    let before = self
    state = "unknown"
    stateReason = reason
    for (name, property) in properties where property.actual != nil && property.actual?.quality == nil {
      properties[name]?.actual?.quality = "uncertain"
      properties[name]?.actual?.reason = reason
    }
    _ = refreshConditions(now: now)
    return self != before
  }

  /// Whether the mapper says that it reaches the device.
  package var isReachable: Bool { ["online", "ok"].contains(state?.lowercased() ?? "") }
}
