/// Why a request to a Modbus unit came to nothing.
public struct ModbusError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure; open, so that later versions may tell more kinds apart.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The code's name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Exception 1: the unit doesn't have the function.
    public static let illegalFunction = Code(rawValue: "illegalFunction")
    /// Exception 2: an address of the request isn't there.
    public static let illegalDataAddress = Code(rawValue: "illegalDataAddress")
    /// Exception 3: a value or quantity of the request isn't allowed.
    public static let illegalDataValue = Code(rawValue: "illegalDataValue")
    /// Exception 4: the unit failed.
    public static let serverDeviceFailure = Code(rawValue: "serverDeviceFailure")
    /// Exception 5: the unit took the request and needs long for it.
    public static let acknowledge = Code(rawValue: "acknowledge")
    /// Exception 6: the unit is at something else and took nothing.
    public static let serverDeviceBusy = Code(rawValue: "serverDeviceBusy")
    /// Exception 8: the unit's memory has a parity error.
    public static let memoryParityError = Code(rawValue: "memoryParityError")
    /// Exception 10: the gateway has no way to the unit.
    public static let gatewayPathUnavailable = Code(rawValue: "gatewayPathUnavailable")
    /// Exception 11: the unit doesn't answer the gateway.
    public static let gatewayTargetFailedToRespond = Code(rawValue: "gatewayTargetFailedToRespond")
    /// An exception without a meaning in the specification.
    public static let unknownException = Code(rawValue: "unknownException")
    /// No answer, or not all of it, in time.
    public static let timeout = Code(rawValue: "timeout")
    /// What came back doesn't answer the request.
    public static let invalidAnswer = Code(rawValue: "invalidAnswer")
    /// What came back was damaged on the line.
    public static let invalidCRC = Code(rawValue: "invalidCRC")
    /// The request can't be said in Modbus, or not on this line.
    public static let invalidRequest = Code(rawValue: "invalidRequest")
    /// The connection or the port went away.
    public static let connectionLost = Code(rawValue: "connectionLost")
    /// The connection can't be made, or the port can't be opened.
    public static let notConnected = Code(rawValue: "notConnected")
    /// Another program uses the port.
    public static let portInUse = Code(rawValue: "portInUse")
    /// The unit accepted a write, and doesn't show it yet.
    public static let inProgress = Code(rawValue: "inProgress")
    /// The unit accepted a write, and didn't show it for as long as is waited.
    public static let unverified = Code(rawValue: "unverified")
    /// Something else talks on the line without end.
    public static let noSilence = Code(rawValue: "noSilence")
  }

  /// The kind of failure.
  public let code: Code
  /// A sentence for the user.
  public let reason: String
  /// Whether something came though no answer did: with that a ``Code/timeout`` is no silence.
  public let isHeard: Bool

  /// An error.
  public init(_ code: Code, _ reason: String, isHeard: Bool = false) {
    self.code = code
    self.reason = reason
    self.isHeard = isHeard
  }

  /// The error of an exception that was answered to a request.
  public init(exception: UInt8, to request: ModbusRequest) {
    let (code, name) = Self.meaning(of: exception)
    self.init(code, "the unit answers \"\(request)\" with exception \(exception), \(name)")
  }

  /// The sentence for the user.
  public var description: String { reason }

  /// Codes and names of MODBUS Application Protocol V1.1b3, section 7.
  private static func meaning(of exception: UInt8) -> (Code, String) {
    switch exception {
    case 1: (.illegalFunction, "illegal function: it doesn't have this function")
    case 2: (.illegalDataAddress, "illegal data address: it doesn't have all of these addresses")
    case 3: (.illegalDataValue, "illegal data value: it doesn't take this value or quantity")
    case 4: (.serverDeviceFailure, "server device failure")
    case 5: (.acknowledge, "acknowledge: it needs more time")
    case 6: (.serverDeviceBusy, "server device busy")
    case 8: (.memoryParityError, "memory parity error")
    case 10: (.gatewayPathUnavailable, "gateway path unavailable: the gateway has no way to this unit")
    case 11: (.gatewayTargetFailedToRespond, "gateway target device failed to respond: the gateway gets no answer from this unit")
    default: (.unknownException, "which the specification doesn't know")
    }
  }
}
