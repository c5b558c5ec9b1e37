internal import MapperSDK

/// What a Modbus device's configuration and its visitors are made of.
enum ModbusSchema {
  static let schema = DriverSchema(protocolConfig: way + serialLine + care + passedOver, visitor: visitor)

  private static let way: [DriverSchema.Field] = [
    .init(
      "communicateMode", .oneOf(["TCP", "RTU", "RTUOverTCP"]), isLenient: true,
      doc: "how the device is reached; without it RTU where there is a serialPort, else TCP"),
    .init("commType", .string, doc: "the same in v1alpha2's words: TCP, COM, or RTUOverTCP"),
    .init("ip", .string, doc: "the address of the device, or of the gateway it is behind"),
    .init("host", .string, doc: "another name for ip"),
    .init("port", .integer(1...65535), default: 502, isLenient: true, doc: "the TCP port"),
    .init(
      "slaveID", .integer(0...255), default: 1, isLenient: true,
      doc: "the unit's id, 1 to 247 on a serial line; devices that are no gateway often want 0, 1 or 255 over TCP"),
  ]

  private static let serialLine: [DriverSchema.Field] = [
    .init("serialPort", .string, doc: "the serial port, for instance /dev/ttyUSB0"),
    .init("serialName", .string, doc: "another name for serialPort"),
    .init("baudRate", .integer(50...4_000_000), unit: "bits per second", default: 19_200, isLenient: true, doc: "the line's speed"),
    .init("dataBits", .integer(5...8), unit: "bits", default: 8, isLenient: true, doc: "the bits of a character; RTU needs 8"),
    .init("parity", .oneOf(["none", "even", "odd"]), default: "even", isLenient: true, doc: "the parity"),
    .init("stopBits", .integer(1...2), unit: "bits", default: 1, isLenient: true, doc: "the stop bits"),
    .init("rs485", .boolean, default: false, isLenient: true, doc: "whether the kernel switches the transmitter by RTS"),
    .init("rs485Enabled", .boolean, isLenient: true, doc: "another name for rs485"),
    .init("serialType", .string, doc: "RS485 is the same as rs485: true"),
  ]

  private static let care: [DriverSchema.Field] = [
    .init(
      "timeout", .integer(0...600_000), unit: "milliseconds", default: 1000, isLenient: true,
      doc: "how long the unit may take until its answer begins; 0 is the default"),
    .init("collectTimeout", .integer(0...600_000), unit: "milliseconds", isLenient: true, doc: "v1alpha2's name for timeout"),
    .init(
      "pauseAfterConnect", .integer(0...60_000), unit: "milliseconds", default: 0, isLenient: true,
      doc: "a pause after connecting, for gateways that drop what comes while they set the connection up"),
    .init(
      "pauseBetweenRequests", .integer(0...60_000), unit: "milliseconds", default: 0, isLenient: true,
      doc: "a pause between an answer and the next request, for devices that are slow to listen again"),
    .init(
      "maxRegisters", .integer(1...125), unit: "registers", default: 125, isLenient: true,
      doc: "how many registers a request may ask for, for devices with small buffers"),
    .init(
      "maxBits", .integer(1...2000), unit: "bits", default: 2000, isLenient: true,
      doc: "how many coils or discrete inputs a request may ask for, for devices with small buffers"),
    .init(
      "oneRequestPerField", .boolean, default: false, isLenient: true,
      doc: "whether each property has a request of its own, for devices that refuse to answer for two at once"),
    .init(
      "readCoilsFromZero", .boolean, default: false, isLenient: true,
      doc: "whether requests for coils begin with coil 0, for devices that answer with the coils from 0 whatever was asked for"),
    .init(
      "maskWrite", .oneOf(MaskWrite.allCases.map(\.rawValue)), default: "auto", isLenient: true,
      doc: "whether bits of registers are written with function code 22 where the device knows it, or never"),
  ]

  /// What KubeEdge has for its own mappers and the framework does by itself.
  private static let passedOver: [DriverSchema.Field] =
    ["reconnTimeout", "reconnRetryTimes", "collectRetryTimes"].map {
      .init($0, .anyInteger, isLenient: true, doc: "passed over: connections are made anew, and reads repeated, as needed")
    } + [.init("collectType", .string, doc: "passed over: the requests of a bus go one after the other")]
}
