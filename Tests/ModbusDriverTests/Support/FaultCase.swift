import ModbusDriver
import ModbusSimulator

/// A fault, and what a client may make of it.
struct FaultCase: Sendable {
  /// What came of a request.
  enum Outcome: Hashable, Sendable {
    case right
    case failed(ModbusError.Code)
  }

  let fault: Fault
  /// What the request may come to.
  let outcomes: Set<Outcome>
  /// Whether the fault reaches into the next request.
  var disturbsNext = false
  /// The functions it happens to, `nil` for all.
  var functions: Set<UInt8>?

  /// All faults on a line whose client waits 250 ms.
  static func all(on kind: SimulatedLine.Kind) -> [FaultCase] {
    let isTCP = kind == .tcp
    let isSerial = kind == .serial
    let timeout = Outcome.failed(.timeout)
    let invalid = Outcome.failed(.invalidAnswer)
    let crc = Outcome.failed(.invalidCRC)
    let lost: Set<Outcome> = isSerial ? [timeout] : [.failed(.connectionLost)]
    let unreadable: Set<Outcome> = isTCP ? [timeout, invalid] : [timeout, invalid, crc]
    let exceptions: [(ModbusExceptionCode, ModbusError.Code)] = [
      (.illegalFunction, .illegalFunction), (.illegalDataAddress, .illegalDataAddress), (.illegalDataValue, .illegalDataValue),
      (.serverDeviceFailure, .serverDeviceFailure), (.acknowledge, .acknowledge), (.serverDeviceBusy, .serverDeviceBusy),
      (.memoryParityError, .memoryParityError), (.gatewayPathUnavailable, .gatewayPathUnavailable),
      (.gatewayTargetFailedToRespond, .gatewayTargetFailedToRespond),
    ]
    return [
      FaultCase(fault: .ignore, outcomes: [timeout]),
      FaultCase(fault: .drop, outcomes: [timeout]),
      FaultCase(fault: .delay(milliseconds: 30), outcomes: [.right]),
      FaultCase(fault: .delay(milliseconds: 400), outcomes: [timeout]),
      FaultCase(fault: .late, outcomes: [timeout], disturbsNext: isSerial),
      FaultCase(fault: .garbageBefore(count: 7), outcomes: unreadable),
      FaultCase(fault: .garbageBefore(count: 100), outcomes: unreadable),
      FaultCase(fault: .garbageInstead(count: 1), outcomes: unreadable),
      FaultCase(fault: .garbageInstead(count: 40), outcomes: unreadable),
      FaultCase(fault: .truncate(keeping: 1), outcomes: [timeout]),
      FaultCase(fault: .truncate(keeping: -1), outcomes: [timeout]),
      FaultCase(fault: .truncate(keeping: 4), outcomes: [timeout]),
      // Of a unit that didn't answer in time shortly before, it may as well be that one's answer.
      FaultCase(fault: .wrongUnit, outcomes: isTCP ? [invalid] : [invalid, timeout]),
      FaultCase(fault: .wrongTransaction, outcomes: isTCP ? [timeout] : [.right]),
      FaultCase(fault: .wrongProtocol, outcomes: isTCP ? [invalid] : [.right]),
      FaultCase(fault: .wrongFunction, outcomes: unreadable),
      FaultCase(fault: .wrongByteCount(difference: 1), outcomes: unreadable),
      FaultCase(fault: .wrongByteCount(difference: -2), outcomes: unreadable),
      FaultCase(fault: .wrongDataLength(difference: 2), outcomes: unreadable),
      FaultCase(fault: .wrongDataLength(difference: -2), outcomes: unreadable),
      FaultCase(fault: .wrongEcho, outcomes: [invalid], functions: [6, 16]),
      FaultCase(fault: .wrongCRC, outcomes: isTCP ? [.right] : [crc]),
      FaultCase(fault: .duplicate, outcomes: [.right]),
      FaultCase(fault: .echo, outcomes: unreadable.union(isTCP ? [.right] : [])),
      FaultCase(fault: .close, outcomes: lost),
      FaultCase(fault: .reset, outcomes: lost),
      FaultCase(fault: .closeMidFrame, outcomes: lost),
      FaultCase(fault: .dribble(pauseMilliseconds: 1), outcomes: [.right]),
      FaultCase(fault: .dribble(pauseMilliseconds: 30), outcomes: [timeout, .right]),
      FaultCase(fault: .split(pauseMilliseconds: 30), outcomes: [.right]),
    ] + exceptions.map { FaultCase(fault: .exception($0.0), outcomes: [.failed($0.1)]) }
  }
}
