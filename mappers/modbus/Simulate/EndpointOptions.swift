import ArgumentParser
import ModbusDriver
import ModbusSimulator

/// Where slaves that don't exist are served.
struct EndpointOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Serves over TCP at this address or host name (default: 127.0.0.1:1502).", valueName: "host:port"))
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
  /// - Throws: `ModbusError` when a host name can't be resolved.
  func endpoint(framing: ModbusFraming, settings: SerialSettings = SerialSettings()) throws -> SimulatorEndpoint {
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
    let (host, port) = (try address.map { try Self.numeric($0.host) } ?? "127.0.0.1", address?.port ?? 1502)
    return framing == .rtuOverTCP ? .rtuOverTCP(host: host, port: port) : .tcp(host: host, port: port)
  }

  /// The address of a host; of one that has several, as localhost does, an IPv4 address, since most clients try that one.
  private static func numeric(_ host: String) throws -> String {
    let addresses = try HostAddress.resolve(host)
    return (addresses.first { !$0.isIPv6 } ?? addresses.first)?.text ?? host
  }

  /// What a simulator serves at, for people.
  static func description(of simulator: ModbusSimulator, at endpoint: SimulatorEndpoint) -> String {
    switch endpoint {
    case .tcp(let host, _): "\(HostAndPort(host: host, port: simulator.port).text) (Modbus TCP)"
    case .rtuOverTCP(let host, _): "\(HostAndPort(host: host, port: simulator.port).text) (RTU over TCP)"
    case .rtu, .pty: "\(simulator.path) (Modbus RTU)"
    }
  }
}
