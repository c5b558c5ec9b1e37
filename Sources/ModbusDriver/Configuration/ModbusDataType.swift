/// How a value lies in registers or bits.
public enum ModbusDataType: String, Sendable, Hashable, CaseIterable {
  /// A signed integer in one register.
  case int16
  /// An unsigned integer in one register.
  case uint16
  /// A signed integer in two registers.
  case int32
  /// An unsigned integer in two registers.
  case uint32
  /// A signed integer in four registers.
  case int64
  /// An unsigned integer in four registers.
  case uint64
  /// A half-precision number (IEEE 754 binary16) in one register.
  case float16
  /// A single-precision number (IEEE 754 binary32) in two registers.
  case float32
  /// A double-precision number (IEEE 754 binary64) in four registers.
  case float64
  /// A coil or discrete input, or registers of which any is non-zero.
  case bool
  /// One bit of a register.
  case bit
  /// Text, two characters a register.
  case string
  /// Bytes, two a register, or bits packed eight a byte.
  case bytes
  /// Decimal digits, four a register.
  case bcd

  /// How many registers an element takes; `nil` where that is up to the visitor.
  var width: Int? {
    switch self {
    case .int16, .uint16, .float16, .bit: 1
    case .int32, .uint32, .float32: 2
    case .int64, .uint64, .float64: 4
    case .bool, .string, .bytes, .bcd: nil
    }
  }
}
