internal import Synchronization

/// A value that comes later, or never.
final class Promise<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)
  private let signal = ChangeSignal()

  /// The value came; the first one counts.
  func fulfil(_ value: Value) {
    state.withLock { if $0 == nil { $0 = value } }
    signal.changed()
  }

  /// The value, if it is there.
  var current: Value? { state.withLock { $0 } }

  /// The value; `nil` when it doesn't come in time.
  func value(within duration: Duration) async -> Value? {
    if let value = current { return value }
    return await signal.wait(within: duration, observe: { self.current }, until: { $0 != nil }).0
  }
}
