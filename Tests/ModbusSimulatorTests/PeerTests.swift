import JSON
import ModbusSimulator
import TestSupport
import Testing

@Suite("Clients that were not written here get what they expect")
struct PeerTests {
  static let framings: [ModbusFraming] = [.tcp, .rtu, .rtuOverTCP]

  func memory() -> SlaveMemory {
    let memory = SlaveMemory()
    for unit: UInt8 in [1, 7] {
      memory.define(.coils, 0..<100, unit: unit)
      memory.define(.discreteInputs, 0..<100, unit: unit, value: 1)
      memory.define(.inputRegisters, 0..<200, unit: unit, value: UInt16(unit) * 100)
      memory.define(.holdingRegisters, 0..<200, unit: unit)
    }
    memory.identify(7, as: SlaveIdentity(vendorName: "Ada", productCode: "B7", revision: "1.2", vendorURL: "http://ada.example"))
    return memory
  }

  func start(_ framing: ModbusFraming, _ memory: SlaveMemory) throws -> (ModbusSimulator, target: String) {
    let endpoint: SimulatorEndpoint =
      switch framing {
      case .tcp: .tcp(port: 0)
      case .rtu: .pty()
      case .rtuOverTCP: .rtuOverTCP(port: 0)
      }
    let simulator = try ModbusSimulator(memory: memory, listen: endpoint)
    return (simulator, framing == .rtu ? simulator.path : String(simulator.port))
  }

  @Test("pymodbus, all functions", arguments: framings)
  func pymodbus(framing: ModbusFraming) async throws {
    let memory = memory()
    let (simulator, target) = try start(framing, memory)
    defer { simulator.stop() }
    let results = try await Peers.pymodbus(
      framing.rawValue, target,
      [
        ("write_coils", ["address": 3, "values": [true, false, true], "device_id": 7]),
        ("read_coils", ["address": 2, "count": 5, "device_id": 7]),
        ("read_discrete_inputs", ["address": 0, "count": 3, "device_id": 7]),
        ("write_register", ["address": 5, "value": 4660, "device_id": 7]),
        ("write_registers", ["address": 6, "values": [1, 2, 65535], "device_id": 7]),
        ("mask_write_register", ["address": 5, "and_mask": 255, "or_mask": 256, "device_id": 7]),
        ("read_holding_registers", ["address": 5, "count": 4, "device_id": 7]),
        (
          "readwrite_registers",
          ["read_address": 8, "read_count": 2, "write_address": 9, "values": [77], "device_id": 7]
        ),
        ("read_input_registers", ["address": 0, "count": 125, "device_id": 7]),
        ("write_coil", ["address": 0, "value": true, "device_id": 1]),
        ("read_holding_registers", ["address": 199, "count": 2, "device_id": 7]),
        ("read_device_information", ["read_code": 1, "object_id": 0, "device_id": 7]),
        ("read_device_information", ["read_code": 2, "object_id": 0, "device_id": 7]),
      ])
    try #require(results.count == 13)
    #expect(results[1]["bits"]?.array?.prefix(5) == [false, true, false, true, false])
    #expect(results[2]["bits"]?.array?.prefix(3) == [true, true, true])
    #expect(results[6] == ["registers": [0x134, 1, 2, 65535]])
    #expect(results[7] == ["registers": [65535, 77]])
    #expect(results[8]["registers"]?.array == Array(repeating: 700, count: 125))
    #expect(results[10] == ["exception": 2])
    #expect(results[11]["information"] == ["0": "Ada", "1": "B7", "2": "1.2"])
    #expect(results[12]["information"]?["3"] == "http://ada.example")
    #expect(memory.value(.coils, 0, unit: 1) == 1)
    let requests = simulator.requests
    #expect(requests.map(\.function) == [15, 1, 2, 6, 16, 22, 3, 23, 4, 5, 3, 43, 43])
    #expect(requests.map(\.address) == [3, 2, 0, 5, 6, 5, 5, 8, 0, 0, 199, -1, -1])
    #expect(requests.map(\.count) == [3, 5, 3, 1, 3, 1, 4, 2, 125, 1, 2, 0, 0])
    #expect(requests.allSatisfy { $0.answeredAt != nil && !$0.isOverlapping })
    #expect(simulator.counters.requestsByUnit == [7: 12, 1: 1])
    #expect(simulator.counters.exceptions == 1)
    #expect(simulator.counters.framingErrors == 0)
  }

  @Test("mbpoll over TCP")
  func mbpollTCP() async throws {
    let memory = memory()
    let (simulator, port) = try start(.tcp, memory)
    defer { simulator.stop() }
    let options = ["-m", "tcp", "-p", port, "-a", "7"]
    let write = try await Peers.mbpoll(options + ["-t", "4", "-r", "10", "127.0.0.1", "123", "456"])
    #expect(write.isSuccess, "\(write.text)")
    #expect(memory.values(.holdingRegisters, 10..<12, unit: 7) == [123, 456])
    let read = try await Peers.mbpoll(options + ["-t", "4", "-r", "10", "-c", "2", "127.0.0.1"])
    #expect(read.text.contains("[10]: \t123") && read.text.contains("[11]: \t456"), "\(read.text)")
    let illegal = try await Peers.mbpoll(options + ["-t", "3", "-r", "199", "-c", "2", "127.0.0.1"])
    #expect(illegal.text.contains("Illegal data address"), "\(illegal.text)")
    let unknown = try await Peers.mbpoll(["-m", "tcp", "-p", port, "-a", "9", "-t", "4", "-r", "0", "127.0.0.1"])
    #expect(unknown.text.contains("Target device failed to respond"), "\(unknown.text)")
  }

  @Test("mbpoll over RTU, through a link to a pseudo-terminal")
  func mbpollRTU() async throws {
    let memory = memory()
    let folder = try TestFolder("modbus")
    let simulator = try ModbusSimulator(memory: memory, listen: .pty(link: folder.path("line")))
    defer { simulator.stop() }
    #expect(simulator.path == folder.path("line"))
    let options = ["-m", "rtu", "-b", "9600", "-a", "7"]
    let write = try await Peers.mbpoll(options + ["-t", "0", "-r", "4", simulator.path, "1", "1"])
    #expect(write.isSuccess, "\(write.text)")
    #expect(memory.values(.coils, 3..<7, unit: 7) == [0, 1, 1, 0])
    let read = try await Peers.mbpoll(options + ["-t", "3", "-r", "0", "-c", "125", simulator.path])
    #expect(read.text.contains("[124]: \t700"), "\(read.text)")
    simulator.stop()
    #expect(!folder.exists("line"))
  }

  @Test("mbpoll over a pair of pseudo-terminals that socat made")
  func socat() async throws {
    let folder = try TestFolder("modbus")
    let relay = try await TestProcess(
      "socat", ["pty,raw,echo=0,link=\(folder.path("slave"))", "pty,raw,echo=0,link=\(folder.path("master"))"])
    try await eventually("socat's lines") { folder.exists("slave") && folder.exists("master") }
    let simulator = try ModbusSimulator(memory: memory(), listen: .rtu(folder.path("slave"), SerialSettings(baud: 9600)))
    defer { simulator.stop() }
    let read = try await Peers.mbpoll(["-m", "rtu", "-a", "1", "-t", "3", "-r", "0", "-c", "10", folder.path("master")])
    #expect(read.text.contains("[9]: \t100"), "\(read.text)")
    try await relay.stop()
    try await eventually("the simulator notices that its line is gone") { simulator.counters.openConnections == 0 }
  }
}
