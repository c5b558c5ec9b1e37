import ArgumentParser
import ModbusSimulator

/// Where slaves that don't exist are served.
struct EndpointOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Serves over TCP at this numeric address (default: 127.0.0.1:1502).", valueName: "host:port"))
  var listen: String?
  @Option(help: ArgumentHelp("Serves RTU on a pseudo-terminal, to which a symbolic link at this path leads.", valueName: "link"))
  var pty: String?
  @Option(help: ArgumentHelp("Serves RTU on a serial device.", valueName: "path"))
  var rtu: String?
  @OptionGroup var serial: SerialOptions

  func validate() throws {
    guard [listen, pty, rtu].count(where: { $0 != nil }) <= 1 else { throw ValidationError("use one of --listen, --pty and --rtu") }
    if let listen, HostAndPort(listen, defaultPort: nil) == nil {
      throw ValidationError("\"\(listen)\" is no address: expected HOST:PORT, for instance 127.0.0.1:1502")
    }
    if serial.isGiven, rtu == nil { throw ValidationError("--baud-rate, --parity and --stop-bits are for --rtu") }
  }

  /// Where that is.
  ///
  /// - Parameters:
  ///   - framing: What goes through a TCP connection.
  ///   - settings: How a serial line is set up where nothing is said.
  func endpoint(framing: ModbusFraming, settings: SerialSettings = SerialSettings()) -> SimulatorEndpoint {
    if let rtu {
      return .rtu(
        rtu,
        SerialSettings(
          baud: serial.baudRate ?? settings.baud,
          parity: serial.parity.flatMap { SerialSettings.Parity(rawValue: $0) } ?? settings.parity,
          stopBits: serial.stopBits ?? settings.stopBits))
    }
    if let pty { return .pty(link: pty) }
    let address = listen.flatMap { HostAndPort($0, defaultPort: nil) }
    let (host, port) = (address?.host ?? "127.0.0.1", address?.port ?? 1502)
    return framing == .rtuOverTCP ? .rtuOverTCP(host: host, port: port) : .tcp(host: host, port: port)
  }

  /// What a simulator serves at, for people.
  static func description(of simulator: ModbusSimulator, at endpoint: SimulatorEndpoint) -> String {
    switch endpoint {
    case .tcp(let host, _): "\(host):\(simulator.port) (Modbus TCP)"
    case .rtuOverTCP(let host, _): "\(host):\(simulator.port) (RTU over TCP)"
    case .rtu, .pty: "\(simulator.path) (Modbus RTU)"
    }
  }
}
