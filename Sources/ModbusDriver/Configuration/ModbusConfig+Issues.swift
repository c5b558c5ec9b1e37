public import MapperSDK

extension ModbusConfig {
  /// What is wrong with a configuration beyond what its schema can say.
  public static func issues(with config: ModbusConfig) -> [SchemaIssue] {
    var issues: [SchemaIssue] = []
    func refuse(_ path: String, _ problem: String) { issues.append(SchemaIssue(path: path, problem: problem, isError: true)) }
    if config.line.isRTU, !(1...247).contains(config.unit) {
      refuse("slaveID", "a unit on a serial line is one of 1 to 247, found \(config.unit)")
    }
    if !(1...125).contains(config.maxRegisters) {
      refuse("maxRegisters", "expected an integer from 1 to 125, found \(config.maxRegisters)")
    }
    if !(1...2000).contains(config.maxBits) { refuse("maxBits", "expected an integer from 1 to 2000, found \(config.maxBits)") }
    if case .serial(let line) = config.line {
      if !line.path.hasPrefix("/") {
        refuse("serialPort", "expected an absolute path such as /dev/ttyUSB0, found \"\(line.path.prefix(64))\"")
      }
      if !speeds.contains(line.baudRate) {
        let known = speeds.map(String.init).joined(separator: ", ")
        refuse("baudRate", "expected one of \(known), found \(line.baudRate)")
      }
      if line.dataBits != 8 { refuse("dataBits", "RTU frames need 8 data bits, found \(line.dataBits)") }
      if !(1...2).contains(line.stopBits) { refuse("stopBits", "expected 1 or 2, found \(line.stopBits)") }
    }
    return issues
  }

  /// The speeds libmodbus can set, in bits per second; for any other it takes 9600 with no more than a message.
  static let speeds = [
    110, 300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000,
    1_152_000, 1_500_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
  ]
}
