import ModbusDriver
import TestSupport

/// A line with pymodbus' server at its end.
struct TestLine {
  let line: ModbusLine
  private let server: PymodbusServer
  private let terminals: PseudoTerminals?

  init(_ kind: PymodbusServer.Kind) async throws {
    switch kind {
    case .serial:
      let terminals = try await PseudoTerminals()
      server = try await PymodbusServer(.serial, on: terminals.far)
      line = .serial(SerialLine(path: terminals.near))
      self.terminals = terminals
    case .tcp, .rtuOverTCP:
      let port = freePort()
      server = try await PymodbusServer(kind, on: "\(port)")
      line = kind == .tcp ? .tcp(host: "127.0.0.1", port: UInt16(port)) : .rtuOverTCP(host: "127.0.0.1", port: UInt16(port))
      terminals = nil
    }
  }
}
