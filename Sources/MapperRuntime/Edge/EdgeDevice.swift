package import TwinProtocol

/// A device as the link to edgecore sees it.
package protocol EdgeDevice: Sendable {
  /// Whether the device is let go of once edgecore has been told so.
  var isLeaving: Bool { get }
  /// edgecore's answer to `twin/get`.
  func received(_ twins: [String: Twin], keepsMarks: Bool) async
  /// A `twin/update/delta`; whether edgecore has to be asked what holds.
  func received(_ delta: TwinDelta, keepsMarks: Bool) async -> Bool
  /// edgecore is there, or there anew.
  func edgeAppeared() async
  /// No core has said anything for so long that none is waited for.
  func edgeIsMissed() async
}

extension EdgeDevice {
  package var isLeaving: Bool { false }
}
