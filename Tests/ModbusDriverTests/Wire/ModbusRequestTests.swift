import MapperSDK
import ModbusDriver
import Testing

/// Bytes by MODBUS Application Protocol V1.1b3, section 6: the examples there.
@Suite("A Modbus request")
struct ModbusRequestTests {
  static let examples: [(ModbusRequest, [UInt8], [UInt8], ModbusResponse)] = [
    (
      .readCoils(address: 0x13, quantity: 19), [0x01, 0x00, 0x13, 0x00, 0x13], [0x01, 0x03, 0xCD, 0x6B, 0x05],
      .bits([1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1].map { $0 == 1 })
    ),
    (
      .readDiscreteInputs(address: 0xC4, quantity: 22), [0x02, 0x00, 0xC4, 0x00, 0x16], [0x02, 0x03, 0xAC, 0xDB, 0x35],
      .bits([0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1].map { $0 == 1 })
    ),
    (
      .readHoldingRegisters(address: 0x6B, quantity: 3), [0x03, 0x00, 0x6B, 0x00, 0x03],
      [0x03, 0x06, 0x02, 0x2B, 0x00, 0x00, 0x00, 0x64], .registers([0x022B, 0, 0x64])
    ),
    (
      .readInputRegisters(address: 8, quantity: 1), [0x04, 0x00, 0x08, 0x00, 0x01], [0x04, 0x02, 0x00, 0x0A], .registers([10])
    ),
    (
      .writeSingleCoil(address: 0xAC, value: true), [0x05, 0x00, 0xAC, 0xFF, 0x00], [0x05, 0x00, 0xAC, 0xFF, 0x00], .written
    ),
    (
      .writeSingleRegister(address: 1, value: 3), [0x06, 0x00, 0x01, 0x00, 0x03], [0x06, 0x00, 0x01, 0x00, 0x03], .written
    ),
    (
      .writeMultipleCoils(address: 0x13, values: [1, 0, 1, 1, 0, 0, 1, 1, 1, 0].map { $0 == 1 }),
      [0x0F, 0x00, 0x13, 0x00, 0x0A, 0x02, 0xCD, 0x01], [0x0F, 0x00, 0x13, 0x00, 0x0A], .written
    ),
    (
      .writeMultipleRegisters(address: 1, values: [0x0A, 0x0102]), [0x10, 0x00, 0x01, 0x00, 0x02, 0x04, 0x00, 0x0A, 0x01, 0x02],
      [0x10, 0x00, 0x01, 0x00, 0x02], .written
    ),
    (
      .maskWriteRegister(address: 4, and: 0xF2, or: 0x25), [0x16, 0x00, 0x04, 0x00, 0xF2, 0x00, 0x25],
      [0x16, 0x00, 0x04, 0x00, 0xF2, 0x00, 0x25], .written
    ),
    (
      .readWriteMultipleRegisters(readAddress: 3, quantity: 2, writeAddress: 0x0E, values: [0xFF, 0xFE]),
      [0x17, 0x00, 0x03, 0x00, 0x02, 0x00, 0x0E, 0x00, 0x02, 0x04, 0x00, 0xFF, 0x00, 0xFE],
      [0x17, 0x04, 0x00, 0xFE, 0x0A, 0xCD], .registers([0xFE, 0x0ACD])
    ),
    (
      .readDeviceIdentification(code: 1, objectID: 0), [0x2B, 0x0E, 0x01, 0x00],
      [0x2B, 0x0E, 0x01, 0x01, 0xFF, 0x02, 0x02, 0x00, 0x02, 0x41, 0x42, 0x01, 0x01, 0x43],
      .identification(
        ModbusIdentityPage(
          conformity: 1, next: 2,
          objects: [ModbusIdentityPage.Object(id: 0, bytes: [0x41, 0x42]), ModbusIdentityPage.Object(id: 1, bytes: [0x43])]))
    ),
  ]

  @Test("has the specification's bytes, and understands its answer", arguments: examples)
  func specification(request: ModbusRequest, bytes: [UInt8], answer: [UInt8], response: ModbusResponse) throws {
    #expect(try request.pdu() == bytes)
    #expect(try request.decode(answer: answer) == response)
  }

  @Test("takes no answer that is shorter, longer, or altered where it has to fit", arguments: examples)
  func deviations(request: ModbusRequest, bytes: [UInt8], answer: [UInt8], response: ModbusResponse) throws {
    for count in 0..<answer.count { refuse(request, Array(answer.prefix(count))) }
    refuse(request, answer + [0])
    // The function, and the byte count or what has to be repeated; data of reads may be anything.
    for position in 0..<(request.isWrite && request.function != 0x17 ? answer.count : 2) {
      for bit in 0..<8 {
        var altered = answer
        altered[position] ^= 1 << UInt8(bit)
        refuse(request, altered)
      }
    }
  }

  @Test("says no more than the protocol can")
  func limits() {
    let requests: [ModbusRequest] = [
      .readCoils(address: 0, quantity: 0), .readCoils(address: 0, quantity: 2001), .readHoldingRegisters(address: 0, quantity: 126),
      .readInputRegisters(address: 0, quantity: -1), .readHoldingRegisters(address: 65_535, quantity: 2),
      .writeMultipleCoils(address: 0, values: []), .writeMultipleCoils(address: 0, values: Array(repeating: true, count: 1969)),
      .writeMultipleRegisters(address: 0, values: Array(repeating: 0, count: 124)),
      .readWriteMultipleRegisters(readAddress: 0, quantity: 1, writeAddress: 0, values: Array(repeating: 0, count: 122)),
      .readDeviceIdentification(code: 5, objectID: 0),
    ]
    for request in requests {
      let error = #expect(throws: ModbusError.self) { try request.pdu() }
      #expect(error?.code == .invalidRequest, "\(request)")
    }
  }

  @Test(
    "reports exceptions by their names, and how far they reach",
    arguments: [
      (1, ModbusError.Code.illegalFunction), (2, .illegalDataAddress), (3, .illegalDataValue), (4, .serverDeviceFailure), (5, .acknowledge),
      (6, .serverDeviceBusy), (7, .unknownException), (8, .memoryParityError), (10, .gatewayPathUnavailable),
      (11, .gatewayTargetFailedToRespond), (255, .unknownException),
    ] as [(UInt8, ModbusError.Code)])
  func exceptions(exception: UInt8, code: ModbusError.Code) {
    let error = #expect(throws: ModbusError.self) {
      try ModbusRequest.readHoldingRegisters(address: 0, quantity: 1).decode(answer: [0x83, exception])
    }
    #expect(error?.code == code)
    switch code {
    case .illegalDataAddress, .illegalDataValue, .acknowledge, .serverDeviceBusy: #expect(error?.readingError.scope == .request)
    case .gatewayPathUnavailable, .gatewayTargetFailedToRespond: #expect(error?.readingError.scope == .unit)
    default: #expect(error?.readingError.scope == .point)
    }
  }

  private func refuse(_ request: ModbusRequest, _ answer: [UInt8]) {
    let error = #expect(throws: ModbusError.self, "\(request): \(answer)") { try request.decode(answer: answer) }
    // A flipped top bit of the function makes an exception of it, which is two bytes long.
    #expect(error?.code == .invalidAnswer)
  }
}
