/// Serves requests from one unit's memory: a request PDU in, a response PDU out.
///
/// The order of the checks is that of the state diagrams in MODBUS Application Protocol V1.1b3, section 6: function (1),
/// quantity and byte count (3), addresses (2), and only then the access itself.
struct PDUServer {
  var unit: SlaveUnit

  /// The answer to a request, an exception if need be.
  mutating func answer(to pdu: [UInt8]) -> [UInt8] {
    guard let function = pdu.first else { return [0x80, ModbusExceptionCode.illegalFunction.rawValue] }
    do throws(ModbusExceptionCode) {
      if let supported = unit.functions, !supported.contains(function) { throw .illegalFunction }
      return switch function {
      case 1: try readBits(pdu, .coils)
      case 2: try readBits(pdu, .discreteInputs)
      case 3: try readRegisters(pdu, .holdingRegisters)
      case 4: try readRegisters(pdu, .inputRegisters)
      case 5: try writeCoil(pdu)
      case 6: try writeRegister(pdu)
      case 15: try writeCoils(pdu)
      case 16: try writeRegisters(pdu)
      case 22: try maskRegister(pdu)
      case 23: try readAndWriteRegisters(pdu)
      case 43: try identify(pdu)
      default: throw .illegalFunction
      }
    } catch {
      return [function | 0x80, error.rawValue]
    }
  }

  /// The range that a request names, checked as the specification wants it: first the quantity, then the end.
  func range(from start: UInt16, count: UInt16, maximum: Int) throws(ModbusExceptionCode) -> Range<Int> {
    guard count >= 1, count <= maximum else { throw .illegalDataValue }
    guard Int(start) + Int(count) <= 65536 else { throw .illegalDataAddress }
    return Int(start)..<(Int(start) + Int(count))
  }

  func maximumRegisters(_ protocolMaximum: Int) -> Int { min(unit.maximumRegisters ?? protocolMaximum, protocolMaximum) }
  func maximumBits(_ protocolMaximum: Int) -> Int { min(unit.maximumBits ?? protocolMaximum, protocolMaximum) }

  func expectLength(_ pdu: [UInt8], _ length: Int) throws(ModbusExceptionCode) {
    guard pdu.count == length else { throw .illegalDataValue }
  }
}

extension [UInt8] {
  /// The big-endian 16-bit number at an offset that is known to be there.
  func word(_ offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

  mutating func append(word: UInt16) {
    append(UInt8(truncatingIfNeeded: word >> 8))
    append(UInt8(truncatingIfNeeded: word))
  }
}
