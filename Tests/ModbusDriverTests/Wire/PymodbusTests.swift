import MapperSDK
import ModbusDriver
import TestSupport
import Testing

@Suite("Against pymodbus' server, a client")
struct PymodbusTests {
  @Test("reads and writes with each function", arguments: [PymodbusServer.Kind.tcp, .rtuOverTCP, .serial])
  func functions(kind: PymodbusServer.Kind) async throws {
    let peer = try await TestLine(kind)
    let line = peer.line
    try await onBusThread { () throws in
      let client = ModbusClient(line: line, timing: ModbusTiming(responseTimeout: 10_000))
      for unit: UInt8 in [1, 17] {
        #expect(
          try client.send(.readHoldingRegisters(address: 7, quantity: 125), to: unit)
            == .registers((7..<132).map { PymodbusServer.holding($0, unit: unit) }))
        #expect(
          try client.send(.readInputRegisters(address: 999, quantity: 1), to: unit)
            == .registers([PymodbusServer.input(999, unit: unit)]))
        #expect(
          try client.send(.readCoils(address: 3, quantity: 1999), to: unit)
            == .bits((3..<2002).map { PymodbusServer.coil($0, unit: unit) }))
        #expect(
          try client.send(.readDiscreteInputs(address: 0, quantity: 9), to: unit)
            == .bits((0..<9).map { !PymodbusServer.coil($0, unit: unit) }))
      }
      let written: [ModbusRequest] = [
        .writeSingleCoil(address: 10, value: true),
        .writeMultipleCoils(address: 11, values: [true, false, true, true, false, true, true, true, true]),
        .writeSingleRegister(address: 20, value: 0xFFFE), .writeMultipleRegisters(address: 21, values: Array(100..<223)),
        .maskWriteRegister(address: 20, and: 0xFF00, or: 0x0012),
      ]
      for request in written { #expect(try client.send(request, to: 2) == .written) }
      #expect(
        try client.send(.readCoils(address: 10, quantity: 10), to: 2)
          == .bits([true, true, false, true, true, false, true, true, true, true]))
      #expect(try client.send(.readHoldingRegisters(address: 20, quantity: 3), to: 2) == .registers([0xFF12, 100, 101]))
      #expect(
        try client.send(.readWriteMultipleRegisters(readAddress: 300, quantity: 3, writeAddress: 301, values: [7, 8]), to: 2)
          == .registers([PymodbusServer.holding(300, unit: 2), 7, 8]))
    }
  }

  @Test("reads what a unit says of itself", arguments: [PymodbusServer.Kind.tcp, .rtuOverTCP, .serial])
  func identification(kind: PymodbusServer.Kind) async throws {
    let peer = try await TestLine(kind)
    let line = peer.line
    try await onBusThread { () throws in
      let client = ModbusClient(line: line, timing: ModbusTiming(responseTimeout: 10_000))
      guard case .identification(let page) = try client.send(.readDeviceIdentification(code: 1, objectID: 0), to: 17) else {
        Issue.record("no identification")
        return
      }
      #expect(page.objects.map { String(decoding: $0.bytes, as: UTF8.self) } == ["Acme", "X1", "2.7"])
      // The line is as good as before.
      #expect(
        try client.send(.readHoldingRegisters(address: 1, quantity: 2), to: 17)
          == .registers([PymodbusServer.holding(1, unit: 17), PymodbusServer.holding(2, unit: 17)]))
    }
  }

  @Test("tells what a unit refuses, and goes on", arguments: [PymodbusServer.Kind.tcp, .rtuOverTCP, .serial])
  func exceptions(kind: PymodbusServer.Kind) async throws {
    let peer = try await TestLine(kind)
    let line = peer.line
    try await onBusThread { () throws in
      let client = ModbusClient(line: line, timing: ModbusTiming(responseTimeout: 10_000))
      let error = #expect(throws: ModbusError.self) {
        try client.send(.readHoldingRegisters(address: 999, quantity: 2), to: 1)
      }
      #expect(error?.code == .illegalDataAddress)
      #expect(error?.readingError.scope == .request)
      #expect(
        try client.send(.readHoldingRegisters(address: 999, quantity: 1), to: 1)
          == .registers([PymodbusServer.holding(999, unit: 1)]))
    }
  }
}
