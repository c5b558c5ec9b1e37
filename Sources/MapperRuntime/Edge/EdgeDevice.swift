package import TwinProtocol

/// A device as the link to edgecore sees it.
package protocol EdgeDevice: Sendable {
  /// edgecore's answer to `twin/get`.
  func received(_ twins: [String: Twin], keepsMarks: Bool) async
  /// A `twin/update/delta`; whether edgecore has to be asked what holds.
  func received(_ delta: TwinDelta, keepsMarks: Bool) async -> Bool
  /// edgecore is there, or there anew.
  func edgeAppeared() async
}
