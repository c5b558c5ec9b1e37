/// A request that a simulator saw.
public struct RequestRecord: Sendable, Hashable {
  /// Counts all requests of the simulator, from 0.
  public let sequence: Int
  /// When it was complete, in microseconds of the machine's monotonic clock.
  public let receivedAt: UInt64
  /// When the last bytes of its answer were handed to the system, on the same clock; `nil` when it has no answer yet, or
  /// never gets one.
  public internal(set) var answeredAt: UInt64?
  /// The connection it came on: they count from 1; a serial line has one at a time.
  public let connection: Int
  /// The unit it was for.
  public let unit: UInt8
  /// The request from its function code on.
  public let pdu: [UInt8]
  /// The exception it was answered with, by the device or by a fault.
  public internal(set) var exception: ModbusExceptionCode?
  /// The fault that happened to it.
  public let fault: Fault?
  /// Whether it came while the answer to an earlier request on the same connection was still due.
  public let isOverlapping: Bool

  /// The function code; 0 when the PDU is empty.
  public var function: UInt8 { pdu.first ?? 0 }
  /// What it asks for; `nil` for functions without addresses.
  public var shape: RequestShape? { RequestShape(pdu: pdu) }
  /// The first address, -1 for functions without addresses.
  public var address: Int { shape?.address ?? -1 }
  /// How many registers or bits, 0 for functions without addresses.
  public var count: Int { shape?.count ?? 0 }
}
