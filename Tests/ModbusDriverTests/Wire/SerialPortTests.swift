import Glibc
import MapperSDK
import ModbusDriver
import ModbusSimulator
import TestSupport
import Testing

@Suite("A serial port")
struct SerialPortTests {
  @Test("that is none is refused with its name and what it is")
  func noPort() async throws {
    let folder = try TestFolder("ports")
    let file = try folder.write("file", "no port")
    try await onBusThread { () throws in
      let cases = [
        (folder.path, "is a directory"), (folder.path("missing"), "there is no serial port"), (file, "is not a serial port"),
        ("/dev/null", "is not a serial port"),
      ]
      for (path, text) in cases {
        let client = ModbusClient(line: .serial(SerialLine(path: path)))
        let error = #expect(throws: ModbusError.self) { try client.send(.readCoils(address: 0, quantity: 1), to: 1) }
        #expect(error?.code == .notConnected)
        #expect(error?.reason.contains(path) == true && error?.reason.contains(text) == true, "\(error?.reason ?? "")")
        #expect(error?.readingError.scope == .bus)
      }
    }
  }

  @Test("takes no rate that libmodbus would silently replace")
  func baudRate() async throws {
    let terminals = try await PseudoTerminals()
    try await onBusThread { () throws in
      let client = ModbusClient(line: .serial(SerialLine(path: terminals.near, baudRate: 12_345)))
      let error = #expect(throws: ModbusError.self) { try client.open() }
      #expect(error?.code == .invalidRequest)
      #expect(error?.reason.contains("12345") == true)
    }
  }

  @Test("serves one program at a time")
  func exclusive() async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(.serial, slaves.memory)
    try await onBusThread { () throws in
      let first = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 10_000))
      try first.open()
      let second = ModbusClient(line: simulated.line)
      let error = #expect(throws: ModbusError.self) { try second.open() }
      #expect(error?.code == .portInUse)
      #expect(error?.reason.contains(simulated.simulator.path) == true)
      _ = try first.send(.readHoldingRegisters(address: 0, quantity: 1), to: 1)
      first.close()
    }
    // A process that another test starts this very moment still has the port's descriptor, until it runs its program.
    try await eventually("the port is free") {
      try await onBusThread { () throws in
        try ModbusClient(line: simulated.line).open()
        return true
      }
    }
  }

  @Test("has no RS-485 mode if its driver says so")
  func rs485() async throws {
    let terminals = try await PseudoTerminals()
    try await onBusThread { () throws in
      let client = ModbusClient(line: .serial(SerialLine(path: terminals.near, isRS485: true)))
      let error = #expect(throws: ModbusError.self) { try client.open() }
      #expect(error?.reason.contains("RS-485") == true)
    }
  }

  @Test("is used for all of the time that characters and silences leave", arguments: [(9600, 4), (115_200, 40)])
  func utilisation(baudRate: Int, requests: Int) async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(
      .serial, slaves.memory, options: SimulatorOptions(bitsPerSecond: baudRate), baudRate: baudRate)
    try await onBusThread { () throws in
      let client = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 10_000))
      var shortest = Int64.max
      for _ in 0..<requests {
        let start = SystemClock.microseconds()
        let response = try client.send(.readHoldingRegisters(address: 0, quantity: 125), to: 1)
        shortest = min(shortest, SystemClock.microseconds() - start)
        #expect(response == .registers(slaves.lastValues(unit: 1, addresses: 0..<125)))
      }
      let counters = simulated.simulator.counters
      #expect(counters.silenceViolations == 0)
      let used = Double(counters.characterMicroseconds + counters.silenceMicroseconds) / Double(requests)
      // 95 % and more on a machine that does nothing else; on another one the request that was disturbed least tells.
      let share = used / Double(shortest)
      #expect(share > 0.75, "\(share)")
    }
  }
}
