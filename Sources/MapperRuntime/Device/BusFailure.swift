internal import MapperSDK

/// Why something couldn't be done on a bus.
struct BusFailure: Error {
  /// Whether the device, or the way to it, didn't answer: later it may work.
  let isUnreachable: Bool
  /// Why.
  let error: ReadingError

  init(_ error: ReadingError) {
    self.error = error
    isUnreachable = error.code == .notConnected || error.code == .timeout
  }
}
