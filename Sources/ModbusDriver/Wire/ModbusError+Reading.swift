public import MapperSDK

extension ModbusError {
  /// The error as the framework takes it, with how far it reaches.
  ///
  /// Only a wrong address or value says that fewer points might do better. A function the unit lacks concerns every
  /// request of that table alike, and noise on the line says nothing about the points that were asked for.
  public var readingError: ReadingError {
    let code = ReadingError.Code(rawValue: code.rawValue)
    return switch self.code {
    case .illegalDataAddress, .illegalDataValue: ReadingError(code, reason, scope: .request)
    case .acknowledge, .serverDeviceBusy: ReadingError(.busy, reason, scope: .request)
    case .timeout: ReadingError(.timeout, reason, scope: .unit)
    case .inProgress: ReadingError(.inProgress, reason)
    // The unit does answer, and to write again would do no better.
    case .unverified: ReadingError(.timeout, reason, scope: .point)
    case .gatewayPathUnavailable, .gatewayTargetFailedToRespond: ReadingError(code, reason, scope: .unit)
    case .connectionLost, .notConnected, .portInUse, .noSilence: ReadingError(.notConnected, reason, scope: .bus)
    case .invalidAnswer, .invalidCRC: ReadingError(code, reason, scope: .point, isTransient: true)
    default: ReadingError(code, reason, scope: .point)
    }
  }
}
