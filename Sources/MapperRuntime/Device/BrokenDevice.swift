internal import TwinProtocol

/// A device that can't run because something in it is wrong.
struct BrokenDevice: EdgeDevice {
  let id: DeviceID
  let link: any EdgeReporting

  func received(_ twins: [String: Twin], keepsMarks: Bool) async {}
  func received(_ delta: TwinDelta, keepsMarks: Bool) async -> Bool { false }
  func edgeAppeared() async { await link.tell(state: "unhealthy", of: id) }
}
