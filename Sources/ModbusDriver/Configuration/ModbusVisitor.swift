/// `visitors.configData` of a Modbus property: where its value is, and how it lies there.
public struct ModbusVisitor: Sendable, Hashable {
  /// The table.
  public var table: RegisterTable
  /// The first bit or register, counted from 0 as on the wire.
  public var offset: Int
  /// How many bits or registers; `nil` where the type tells.
  public var limit: Int?
  /// How the value lies there; `nil` where the property's type and ``limit`` tell.
  public var dataType: ModbusDataType?
  /// KubeEdge's own `dataType`, which names the kind of value and leaves the width to ``limit``.
  public var kind: Kind?
  /// How numbers on the wire become values.
  public var scaling: DecimalScaling
  /// The order of registers, and of the bytes in each.
  public var byteOrder: ByteOrder
  /// Where in a register characters are; `nil`: two a register, in the order that ``byteOrder`` tells.
  public var stringOrder: StringOrder?
  /// The bit of the register, 0 being the least significant.
  public var bit: Int?
  /// How many decimals a value keeps, 0-15; `nil`: all.
  public var precision: Int?
  /// What numbers on the wire are called.
  public var enumeration: [Int64: String]
  /// How many elements an array has; `nil`: the value is no array.
  public var count: Int?
  /// Which function codes write.
  public var writeFunction: WriteFunction
  /// Whether the property is read by a request of its own.
  public var oneRequest: Bool
  /// What the visitor says twice and differently, found when it was read.
  var contradiction: Contradiction?

  /// A kind of value whose width is up to `limit`.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// An integer.
    case int
    /// A number.
    case float
    /// A number.
    case double
  }

  /// A member that can't be right beside another.
  struct Contradiction: Sendable, Hashable {
    var path: String
    var problem: String
  }

  /// A visitor.
  public init(
    table: RegisterTable, offset: Int, limit: Int? = nil, dataType: ModbusDataType? = nil, kind: Kind? = nil,
    scaling: DecimalScaling = .identity, byteOrder: ByteOrder = .ABCD, stringOrder: StringOrder? = nil, bit: Int? = nil,
    precision: Int? = nil, enumeration: [Int64: String] = [:], count: Int? = nil, writeFunction: WriteFunction = .auto,
    oneRequest: Bool = false
  ) {
    self.table = table
    self.offset = offset
    self.limit = limit
    self.dataType = dataType
    self.kind = kind
    self.scaling = scaling
    self.byteOrder = byteOrder
    self.stringOrder = stringOrder
    self.bit = bit
    self.precision = precision
    self.enumeration = enumeration
    self.count = count
    self.writeFunction = writeFunction
    self.oneRequest = oneRequest
  }
}
