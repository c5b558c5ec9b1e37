internal import MapperSDK

/// What reading one point gave.
enum ReadOutcome: Sendable {
  case value(Value)
  case failure(ReadingError)

  init(_ reading: Reading) {
    switch reading {
    case .value(let value, _), .uncertain(let value, _, _): self = .value(value)
    case .failure(let error): self = .failure(error)
    }
  }

  var error: ReadingError? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension ReadingError {
  /// An error as a driver threw it: one that is no ``ReadingError`` means that the connection is broken.
  init(thrown error: any Error) { self = error as? ReadingError ?? ReadingError(.notConnected, "\(error)") }

  /// Whether the unit, or all of the bus, is concerned.
  var isUnreachable: Bool { scope == .unit || scope == .bus }

  /// For the author of a driver.
  var detail: String { "\(code.rawValue) \"\(reason)\", scope \(scope)\(isTransient ? ", transient" : "")" }
}
