import FoundationEssentials
import MapperSDK
import ModbusDriver
import TestSupport
import Testing

/// The server that libmodbus' own unit tests run against, as Debian ships it; it answers wrongly on purpose at some addresses.
@Suite("Against libmodbus' own test server, a client")
struct LibmodbusServerTests {
  private static let examples = "/usr/share/doc/libmodbus-dev/examples"

  /// Compiles the server with a port and a serial port of the test's own.
  private static func compile(in folder: TestFolder, port: Int, serial: String) async throws -> String {
    var source = String(decoding: try Data(contentsOf: URL(filePath: "\(examples)/unit-test-server.c")), as: UTF8.self)
    source.replace("\"127.0.0.1\", 1502", with: "\"127.0.0.1\", \(port)")
    source.replace("/dev/ttyUSB0", with: serial)
    let file = try folder.write("server.c", source)
    let program = folder.path("server")
    let result = try await TestProcess.run("cc", ["-I/usr/include/modbus", "-I\(examples)", "-o", program, file, "-lmodbus"])
    guard result.exit == .code(0) else { throw TestSupportError("unit-test-server.c doesn't compile: \(result.stderr)") }
    return program
  }

  @Test("reads what the specification's examples hold, and is deceived by no wrong answer", arguments: [true, false])
  func server(isSerial: Bool) async throws {
    let folder = try TestFolder("libmodbus")
    let port = freePort()
    let terminals = try await PseudoTerminals()
    let program = try await Self.compile(in: folder, port: port, serial: terminals.far)
    let server = try await TestProcess("stdbuf", ["-oL", program, isSerial ? "rtu" : "tcp"])
    if isSerial { try await server.line(containing: "Waiting for") }
    let line =
      isSerial
      ? ModbusLine.serial(SerialLine(path: terminals.near, baudRate: 115_200, parity: .none)) : .tcp(host: "127.0.0.1", port: UInt16(port))
    let client = Shared(ModbusClient(line: line, timing: ModbusTiming(responseTimeout: 5000)))
    // It takes one connection and ends with it, so the first one has to be the client's.
    try await eventually("the server") {
      try client.withLock { client throws(ModbusError) in try client.open() }; return true
    }
    try await onBusThread { () throws in
      func send(_ request: ModbusRequest) throws(ModbusError) -> ModbusResponse {
        try client.withLock { client throws(ModbusError) in try client.send(request, to: 17) }
      }
      #expect(try send(.readInputRegisters(address: 0x108, quantity: 1)) == .registers([0x0A]))
      let bits = [0xAC, 0xDB, 0x35].flatMap { byte in (0..<8).map { byte >> $0 & 1 == 1 } }
      #expect(try send(.readDiscreteInputs(address: 0x1C4, quantity: 22)) == .bits(Array(bits.prefix(22))))
      #expect(try send(.writeMultipleRegisters(address: 0x160, values: [0x022B, 1, 0x64])) == .written)
      #expect(try send(.readHoldingRegisters(address: 0x160, quantity: 3)) == .registers([0x022B, 1, 0x64]))
      #expect(try send(.writeSingleCoil(address: 0x130, value: true)) == .written)
      #expect(try send(.readCoils(address: 0x130, quantity: 1)) == .bits([true]))
      #expect(try send(.writeMultipleCoils(address: 0x130, values: Array(bits.prefix(0x25)))) == .written)
      #expect(try send(.readCoils(address: 0x130, quantity: 24)) == .bits(bits))
      #expect(try send(.maskWriteRegister(address: 0x160, and: 0xF2, or: 0x25)) == .written)
      #expect(
        try send(.readWriteMultipleRegisters(readAddress: 0x160, quantity: 2, writeAddress: 0x161, values: [9]))
          == .registers([0x022B & 0xF2 | 0x25 & ~0xF2, 9]))
      func code(_ request: ModbusRequest) -> ModbusError.Code? { #expect(throws: ModbusError.self) { try send(request) }?.code }
      #expect(code(.readHoldingRegisters(address: 0x15F, quantity: 1)) == .illegalDataAddress)
      // It is busy there.
      #expect(code(.readHoldingRegisters(address: 0x170, quantity: 1)) == .serverDeviceBusy)
      // It answers late there, but in time.
      #expect(try send(.readHoldingRegisters(address: 0x172, quantity: 1)) == .registers([0]))
      // One register fewer than asked for; over TCP this ends the connection, and with it the server.
      #expect(code(.readHoldingRegisters(address: 0x160, quantity: 2)) == .invalidAnswer)
      if isSerial {
        #expect(code(.readHoldingRegisters(address: 0x171, quantity: 1)) == .invalidAnswer)
        #expect(try send(.readHoldingRegisters(address: 0x160, quantity: 1)) == .registers([0x022B & 0xF2 | 0x25 & ~0xF2]))
      }
    }
  }
}
