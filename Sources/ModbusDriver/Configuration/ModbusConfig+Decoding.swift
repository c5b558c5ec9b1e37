extension ModbusConfig: Decodable {
  private enum Key: String, CodingKey {
    case communicateMode, commType, ip, host, port, slaveID
    case serialPort, serialName, baudRate, dataBits, parity, stopBits, rs485, rs485Enabled, serialType
    case timeout, collectTimeout, pauseAfterConnect, pauseBetweenRequests
    case maxRegisters, maxBits, oneRequestPerField, readCoilsFromZero, maskWrite
  }

  private enum Mode { case tcp, rtu, rtuOverTCP }

  /// Reads a configuration in KubeEdge's words: those of v1beta1's samples, and v1alpha2's `modbus` and `common` laid flat.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let line = try Self.line(container)
    let unit = try container.lenientInteger(.slaveID) ?? 1
    guard let unit = UInt8(exactly: unit) else { throw container.mismatch(.slaveID, "expected an integer from 0 to 255, found \(unit)") }
    self.init(line: line, unit: unit)
    // KubeEdge leaves a timeout of 0 to the mapper.
    let timeouts = [try container.lenientInteger(.timeout), try container.lenientInteger(.collectTimeout)]
    timing.responseTimeout = timeouts.compactMap { $0 }.first { $0 > 0 } ?? timing.responseTimeout
    timing.pauseAfterConnect = try container.lenientInteger(.pauseAfterConnect) ?? timing.pauseAfterConnect
    timing.pauseBetweenRequests = try container.lenientInteger(.pauseBetweenRequests) ?? timing.pauseBetweenRequests
    maxRegisters = try container.lenientInteger(.maxRegisters) ?? maxRegisters
    maxBits = try container.lenientInteger(.maxBits) ?? maxBits
    oneRequestPerField = try container.lenientBool(.oneRequestPerField) ?? oneRequestPerField
    readCoilsFromZero = try container.lenientBool(.readCoilsFromZero) ?? readCoilsFromZero
    maskWrite = try container.lenientWord(MaskWrite.self, .maskWrite) ?? maskWrite
  }

  private static func line(_ container: KeyedDecodingContainer<Key>) throws -> ModbusLine {
    let serialPort =
      try container.decodeIfPresent(String.self, forKey: .serialPort)
      ?? container.decodeIfPresent(String.self, forKey: .serialName)
    let host = try container.decodeIfPresent(String.self, forKey: .ip) ?? container.decodeIfPresent(String.self, forKey: .host)
    let mode = try mode(container) ?? (serialPort?.isEmpty == false ? .rtu : .tcp)
    if mode == .rtu {
      guard let serialPort, !serialPort.isEmpty else {
        throw container.mismatch(.serialPort, "is missing: the serial port of the line, for instance /dev/ttyUSB0")
      }
      return .serial(try serialLine(container, path: serialPort))
    }
    guard let host, !host.isEmpty else {
      throw container.mismatch(.ip, "is missing: the address of the device or its gateway, or serialPort for a serial line")
    }
    let number = try container.lenientInteger(.port) ?? 502
    guard let port = UInt16(exactly: number), port > 0 else {
      throw container.mismatch(.port, "expected an integer from 1 to 65535, found \(number)")
    }
    return mode == .tcp ? .tcp(host: host, port: port) : .rtuOverTCP(host: host, port: port)
  }

  private static func mode(_ container: KeyedDecodingContainer<Key>) throws -> Mode? {
    for key in [Key.communicateMode, .commType] {
      guard let text = try container.decodeIfPresent(String.self, forKey: key), !text.isEmpty else { continue }
      // v1alpha2 gives "tcp client" and "COM" as examples of its free text.
      switch text.lowercased().filter(\.isLetter) {
      case "tcp", "tcpclient": return .tcp
      case "rtu", "com", "serial": return .rtu
      case "rtuovertcp": return .rtuOverTCP
      default: throw container.mismatch(key, "expected TCP, RTU or RTUOverTCP, found \"\(text.prefix(64))\"")
      }
    }
    return nil
  }

  private static func serialLine(_ container: KeyedDecodingContainer<Key>, path: String) throws -> SerialLine {
    var line = SerialLine(path: path)
    line.baudRate = try container.lenientInteger(.baudRate) ?? line.baudRate
    line.dataBits = try container.lenientInteger(.dataBits) ?? line.dataBits
    line.parity = try container.lenientWord(SerialLine.Parity.self, .parity) ?? line.parity
    line.stopBits = try container.lenientInteger(.stopBits) ?? line.stopBits
    // KubeEdge's mapper looks for RS485 in a customised value.
    let serialType = try container.decodeIfPresent(String.self, forKey: .serialType)
    line.isRS485 = try container.lenientBool(.rs485) ?? container.lenientBool(.rs485Enabled) ?? (serialType?.uppercased() == "RS485")
    return line
  }
}
