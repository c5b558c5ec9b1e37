import ModbusDriver
import ModbusSimulator
import TestSupport

/// A line with a simulator at its end.
struct SimulatedLine: Sendable {
  /// What it is.
  enum Kind: String, Sendable, CaseIterable {
    case tcp
    case rtuOverTCP
    case serial
  }

  let line: ModbusLine
  let simulator: ModbusSimulator
  private let folder: TestFolder

  init(
    _ kind: Kind, _ memory: SlaveMemory, options: SimulatorOptions = SimulatorOptions(), baudRate: Int = 115_200,
    faults: FaultInjector = FaultInjector()
  ) throws {
    folder = try TestFolder("line")
    switch kind {
    case .tcp:
      simulator = try ModbusSimulator(memory: memory, listen: .tcp(port: 0), options: options, faults: faults)
      line = .tcp(host: "127.0.0.1", port: UInt16(simulator.port))
    case .rtuOverTCP:
      simulator = try ModbusSimulator(memory: memory, listen: .rtuOverTCP(port: 0), options: options, faults: faults)
      line = .rtuOverTCP(host: "127.0.0.1", port: UInt16(simulator.port))
    case .serial:
      simulator = try ModbusSimulator(memory: memory, listen: .pty(link: folder.path("port")), options: options, faults: faults)
      line = .serial(SerialLine(path: simulator.path, baudRate: baudRate))
    }
  }
}
