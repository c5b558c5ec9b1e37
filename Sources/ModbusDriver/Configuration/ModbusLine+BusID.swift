public import MapperSDK

extension ModbusLine {
  /// The bus: its port only, so that devices that disagree about a line's settings are still seen to share it.
  public var busID: BusID {
    switch self {
    case .tcp(let host, let port): BusID("tcp://\(Self.bracketed(host)):\(port)")
    case .rtuOverTCP(let host, let port): BusID("rtu+tcp://\(Self.bracketed(host)):\(port)")
    case .serial(let line): BusID(line.path)
    }
  }

  /// Whether frames are RTU's, where unit 0 is everybody and nobody answers.
  public var isRTU: Bool {
    if case .tcp = self { false } else { true }
  }

  /// How long a character takes on the line, in microseconds; 0 where the line is never what one waits for.
  var characterTime: Double {
    if case .serial(let line) = self { line.characterTime } else { 0 }
  }

  /// What keeps two devices from sharing a bus, as a sentence; `nil` when nothing does.
  ///
  /// A serial port has one speed and one frame, so devices on it that ask for others can't both be served.
  public func conflict(with other: ModbusLine) -> String? {
    guard self != other, busID == other.busID, case .serial(let mine) = self, case .serial(let theirs) = other else { return nil }
    return "\(mine.path) is open with \(mine.settings), and this device asks for \(theirs.settings)"
  }

  private static func bracketed(_ host: String) -> String { host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host }
}

extension SerialLine {
  /// The settings as people write them, for instance `9600 8E1`.
  public var settings: String {
    let letter =
      switch parity {
      case .none: "N"
      case .even: "E"
      case .odd: "O"
      }
    return "\(baudRate) \(dataBits)\(letter)\(stopBits)\(isRS485 ? " RS-485" : "")"
  }
}
