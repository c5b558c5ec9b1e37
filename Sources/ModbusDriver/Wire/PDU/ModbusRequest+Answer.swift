extension ModbusRequest {
  /// Reads the answer to this request, and checks all of it: the function, byte counts, and what a unit has to repeat.
  ///
  /// - Parameter answer: The answer's protocol data unit: the function code and its data.
  /// - Throws: The exception the unit answered, or ``ModbusError/Code/invalidAnswer`` for anything that isn't an answer to
  ///   this request.
  public func decode(answer: [UInt8]) throws(ModbusError) -> ModbusResponse {
    guard let first = answer.first else { throw invalid("it is empty") }
    if first == function | 0x80 {
      guard answer.count == 2 else { throw invalid("an exception has 2 bytes, it has \(answer.count)") }
      throw ModbusError(exception: answer[1], to: self)
    }
    guard first == function else { throw invalid("it answers function \(first), not \(function)") }
    switch self {
    case .readCoils(_, let quantity), .readDiscreteInputs(_, let quantity):
      let data = try counted(answer)
      return .bits((0..<quantity).map { data[data.startIndex + $0 / 8] >> UInt8($0 % 8) & 1 == 1 })
    case .readHoldingRegisters, .readInputRegisters, .readWriteMultipleRegisters:
      let data = try counted(answer)
      return .registers(stride(from: data.startIndex, to: data.endIndex, by: 2).map { UInt16(data[$0]) << 8 | UInt16(data[$0 + 1]) })
    case .writeSingleCoil, .writeSingleRegister, .maskWriteRegister:
      guard answer == (try pdu()) else { throw invalid("it doesn't repeat address and value") }
      return .written
    case .writeMultipleCoils, .writeMultipleRegisters:
      guard answer == Array(try pdu().prefix(5)) else { throw invalid("it doesn't repeat address and quantity") }
      return .written
    case .readDeviceIdentification(let code, _):
      return .identification(try identity(answer, code: code))
    }
  }

  /// The data behind the byte count, which has to be the one asked for.
  private func counted(_ answer: [UInt8]) throws(ModbusError) -> ArraySlice<UInt8> {
    guard answer.count >= 2 else { throw invalid("it ends before the byte count") }
    guard Int(answer[1]) == answerLength - 2 else { throw invalid("it has \(answer[1]) bytes of data instead of \(answerLength - 2)") }
    guard answer.count == answerLength else { throw invalid("it is \(answer.count) bytes long instead of \(answerLength)") }
    return answer.dropFirst(2)
  }

  private func identity(_ answer: [UInt8], code: UInt8) throws(ModbusError) -> ModbusIdentityPage {
    guard answer.count >= 7 else { throw invalid("it ends before the objects") }
    guard answer[1] == 0x0E, answer[2] == code else { throw invalid("it is of another type or code") }
    guard answer[4] == 0x00 || answer[4] == 0xFF else { throw invalid("whether more follows is neither 0 nor 255 but \(answer[4])") }
    var objects: [ModbusIdentityPage.Object] = []
    var position = 7
    for _ in 0..<answer[6] {
      guard position + 2 <= answer.count, position + 2 + Int(answer[position + 1]) <= answer.count else {
        throw invalid("an object is cut off")
      }
      let end = position + 2 + Int(answer[position + 1])
      objects.append(ModbusIdentityPage.Object(id: answer[position], bytes: Array(answer[(position + 2)..<end])))
      position = end
    }
    guard position == answer.count else { throw invalid("something follows the objects") }
    return ModbusIdentityPage(conformity: answer[3], next: answer[4] == 0xFF ? answer[5] : nil, objects: objects)
  }

  private func invalid(_ why: String) -> ModbusError { ModbusError(.invalidAnswer, "the answer to \"\(self)\" is none: \(why)") }
}
