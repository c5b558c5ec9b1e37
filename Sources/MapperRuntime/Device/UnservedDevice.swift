internal import TwinProtocol

/// A device that isn't served: what is known of it stays, and is told to be old, with the reason.
struct UnservedDevice: EdgeDevice {
  let id: DeviceID
  let link: any EdgeReporting
  /// `unhealthy` when something in it is wrong, `offline` when it is somebody else's business now.
  let state: String
  let reason: String
  /// Since when another mapper may serve it, in milliseconds since 1970: then this is the last that this one says of it.
  var leftAt: Int64?

  var isLeaving: Bool { leftAt != nil }

  func received(_ twins: [String: Twin], keepsMarks: Bool) async {
    if let leftAt {
      // Somebody else reads it already.
      guard !twins.values.contains(where: { $0.actual?.quality == nil && $0.actual?.timestamp ?? 0 > leftAt }) else { return }
      await link.tell(state: state, because: reason, of: id)
    }
    guard keepsMarks else { return }
    let changes = twins.compactMapValues { $0.turnedBad(because: reason) }
    if !changes.isEmpty { await link.report(changes, of: id) }
  }

  func received(_ delta: TwinDelta, keepsMarks: Bool) async -> Bool { false }

  func edgeAppeared() async {
    if !isLeaving { await link.tell(state: state, because: reason, of: id) }
  }

  func edgeIsMissed() async {}
}

extension Twin {
  /// The change that tells a core of ours that the value it has isn't read any more; `nil` when it has none, or knows that.
  func turnedBad(because reason: String) -> Twin? {
    guard let actual, actual.quality != "bad" || actual.reason != reason else { return nil }
    return Twin(actual: TwinValue(actual.value, timestamp: actual.timestamp, quality: "bad", reason: reason), type: type)
  }
}
