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

  /// What keeps a device of this line from sharing a bus with one of another, a setting each.
  ///
  /// A serial port has one speed and one frame, so devices on it that ask for others can't both be served.
  public func conflicts(with other: ModbusLine) -> [SchemaIssue] {
    guard case .serial(let mine) = self, case .serial(let theirs) = other, mine.path == theirs.path else { return [] }
    var issues: [SchemaIssue] = []
    func compare<Setting: Equatable>(_ path: String, _ setting: (SerialLine) -> Setting) {
      let (own, others) = (setting(mine), setting(theirs))
      if own != others { issues.append(SchemaIssue(path: path, problem: "\(own) instead of \(others)", isError: true)) }
    }
    compare("baudRate") { $0.baudRate }
    compare("dataBits") { $0.dataBits }
    compare("parity") { $0.parity.rawValue }
    compare("stopBits") { $0.stopBits }
    compare("rs485") { $0.isRS485 }
    return issues
  }

  private static func bracketed(_ host: String) -> String { host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host }
}
