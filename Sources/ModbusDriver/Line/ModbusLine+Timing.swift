extension ModbusLine {
  /// Whether it is a serial port of this machine.
  var isSerial: Bool {
    if case .serial = self { true } else { false }
  }

  /// The silence between two frames, in microseconds; 0 where frames say their length. What rate a serial device server
  /// has, isn't known here: it keeps the silence on its line, and 2 ms here tell two frames apart.
  var frameSilence: Int64 {
    switch self {
    case .tcp: 0
    case .rtuOverTCP: 2000
    case .serial(let line): line.frameSilence
    }
  }

  /// How long characters occupy the line, in microseconds.
  func time(ofCharacters count: Int) -> Int64 {
    switch self {
    case .tcp, .rtuOverTCP: 0
    case .serial(let line): line.time(ofCharacters: count)
    }
  }
}
