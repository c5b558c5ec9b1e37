/// An exception code, the answer of a slave that won't do what it was asked (MODBUS Application Protocol V1.1b3,
/// section 7).
public struct ModbusExceptionCode: RawRepresentable, Error, Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The code on the wire.
  public let rawValue: UInt8
  /// An exception by its code.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// An exception by its code.
  public init(integerLiteral value: UInt8) { rawValue = value }

  /// 1: the slave doesn't know this function.
  public static let illegalFunction: ModbusExceptionCode = 1
  /// 2: one of the addresses doesn't exist.
  public static let illegalDataAddress: ModbusExceptionCode = 2
  /// 3: a field of the request has a value that isn't allowed, a quantity for instance.
  public static let illegalDataValue: ModbusExceptionCode = 3
  /// 4: the slave failed while it served the request.
  public static let serverDeviceFailure: ModbusExceptionCode = 4
  /// 5: the slave works on it and will need long.
  public static let acknowledge: ModbusExceptionCode = 5
  /// 6: the slave is busy; the same request may do later.
  public static let serverDeviceBusy: ModbusExceptionCode = 6
  /// 8: the extended memory has a parity error.
  public static let memoryParityError: ModbusExceptionCode = 8
  /// 10: a gateway has no path to the unit.
  public static let gatewayPathUnavailable: ModbusExceptionCode = 10
  /// 11: the unit behind a gateway doesn't answer.
  public static let gatewayTargetFailedToRespond: ModbusExceptionCode = 11

  /// The code as a number.
  public var description: String { "exception \(rawValue)" }
}
