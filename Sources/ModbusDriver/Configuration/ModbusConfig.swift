/// `spec.protocol.configData` of a Modbus device: which unit it is, how it is reached, and how much it can bear.
public struct ModbusConfig: Sendable, Hashable {
  /// The way to the unit.
  public var line: ModbusLine
  /// Timeouts and pauses.
  public var timing: ModbusTiming
  /// The unit's id: its address on a serial line, or what a gateway knows it by.
  public var unit: UInt8
  /// How many registers a request may ask for, 1-125: some devices have smaller buffers than the protocol allows.
  public var maxRegisters: Int
  /// How many bits a request may ask for, 1-2000: some devices have smaller buffers than the protocol allows.
  public var maxBits: Int
  /// Whether each property has a request of its own: some devices answer for the registers of their documentation one by
  /// one, and refuse a request that asks for two of them.
  public var oneRequestPerField: Bool
  /// Whether requests for coils begin with coil 0: some devices answer with the coils from 0 whatever coil was asked for.
  public var readCoilsFromZero: Bool
  /// Whether bits of registers are written with function code 22.
  public var maskWrite: MaskWrite

  /// A configuration.
  public init(
    line: ModbusLine, timing: ModbusTiming = ModbusTiming(), unit: UInt8 = 1, maxRegisters: Int = 125, maxBits: Int = 2000,
    oneRequestPerField: Bool = false, readCoilsFromZero: Bool = false, maskWrite: MaskWrite = .auto
  ) {
    self.line = line
    self.timing = timing
    self.unit = unit
    self.maxRegisters = maxRegisters
    self.maxBits = maxBits
    self.oneRequestPerField = oneRequestPerField
    self.readCoilsFromZero = readCoilsFromZero
    self.maskWrite = maskWrite
  }

  /// How many bits or registers of a table a request may ask for, by the protocol and by the device.
  func readLimit(of table: RegisterTable) -> Int { min(table.readLimit, table.isBits ? maxBits : maxRegisters) }
}
