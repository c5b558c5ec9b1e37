internal import MapperSDK

/// Why something couldn't be done on a bus.
struct BusFailure: Error {
  /// Whether the device, or the way to it, didn't answer.
  let isUnreachable: Bool
  /// Why.
  let error: ReadingError

  init(_ error: ReadingError) {
    self.error = error
    isUnreachable = error.scope == .unit || error.scope == .bus
  }
}
