/// Where a simulator is reached.
public enum SimulatorEndpoint: Sendable, Hashable {
  /// Modbus TCP. The host is a numeric address; port 0 lets the system choose a free one.
  ///
  /// With the host `0.0.0.0` one simulator stands for many devices on a machine, as 127.0.0.1, 127.0.0.2 and so on.
  case tcp(host: String = "127.0.0.1", port: Int)
  /// The frames of Modbus RTU inside of TCP connections. The host is a numeric address; port 0 lets the system choose.
  case rtuOverTCP(host: String = "127.0.0.1", port: Int)
  /// Modbus RTU on a serial device, or one end of a pseudo-terminal that somebody else made.
  case rtu(_ path: String, SerialSettings = SerialSettings())
  /// Modbus RTU on a pseudo-terminal that the simulator makes. With a `link` a symbolic link at that path leads
  /// clients to it; what is there already is replaced if it is a symbolic link, too.
  case pty(link: String? = nil)

  /// The framing that belongs to it.
  public var framing: ModbusFraming {
    switch self {
    case .tcp: .tcp
    case .rtuOverTCP: .rtuOverTCP
    case .rtu, .pty: .rtu
    }
  }
}

/// How a serial line is set up. A pseudo-terminal takes all of it, and heeds none.
public struct SerialSettings: Sendable, Hashable {
  /// Parity bits.
  public enum Parity: String, Sendable, Hashable, CaseIterable {
    /// No parity bit.
    case none
    /// Even parity, Modbus' default.
    case even
    /// Odd parity.
    case odd
  }

  /// Bits per second, one of the system's standard speeds; 0 leaves the speed as it is.
  public var baud: Int
  /// The parity.
  public var parity: Parity
  /// Stop bits: 1 or 2.
  public var stopBits: Int

  /// Settings; Modbus' own default is 19200 with even parity (MODBUS over Serial Line V1.02, section 2.5.1).
  public init(baud: Int = 19200, parity: Parity = .even, stopBits: Int = 1) {
    self.baud = baud
    self.parity = parity
    self.stopBits = stopBits
  }
}
