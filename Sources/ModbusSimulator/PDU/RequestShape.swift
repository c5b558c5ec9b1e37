/// What a request asks for, read from its PDU.
///
/// Of a request that reads and writes (function code 23) this is what it reads.
public struct RequestShape: Sendable, Hashable {
  /// The table that is accessed.
  public let table: SlaveTable
  /// The first address, counted from 0.
  public let address: Int
  /// How many registers or bits.
  public let count: Int
  /// Whether the request changes the device.
  public let isWrite: Bool

  /// `nil` when the PDU is too short or its function has no addresses.
  init?(pdu: [UInt8]) {
    guard let function = pdu.first, pdu.count >= 5 else { return nil }
    switch function {
    case 1, 15, 5: table = .coils
    case 2: table = .discreteInputs
    case 3, 6, 16, 22, 23: table = .holdingRegisters
    case 4: table = .inputRegisters
    default: return nil
    }
    address = Int(pdu.word(1))
    count = [5, 6, 22].contains(function) ? 1 : Int(pdu.word(3))
    isWrite = function > 4
  }
}
