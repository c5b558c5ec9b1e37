/// How a number lies in registers: the most significant register first, unless swapped.
public struct RegisterEncoding: Sendable {
  /// How many registers a value takes.
  public let width: Int
  private let words: @Sendable (Double) -> [UInt16]

  /// An encoding from any function.
  ///
  /// - Parameters:
  ///   - width: How many registers a value takes.
  ///   - words: Makes just so many.
  public init(width: Int, words: @escaping @Sendable (Double) -> [UInt16]) {
    self.width = width
    self.words = words
  }

  /// The registers of a value.
  public func registers(_ value: Double) -> [UInt16] { words(value) }

  /// An unsigned number in one register. Whole numbers are rounded and kept in their range; what is no number is 0.
  public static let uint16 = integer(UInt16.self)
  /// A signed number in one register.
  public static let int16 = integer(Int16.self)
  /// An unsigned number in two registers.
  public static let uint32 = integer(UInt32.self)
  /// A signed number in two registers.
  public static let int32 = integer(Int32.self)
  /// An unsigned number in four registers.
  public static let uint64 = integer(UInt64.self)
  /// A signed number in four registers.
  public static let int64 = integer(Int64.self)
  /// An IEEE 754 number in two registers.
  public static let float32 = RegisterEncoding(width: 2) { split(UInt64(Float($0).bitPattern), 2) }
  /// An IEEE 754 number in four registers.
  public static let float64 = RegisterEncoding(width: 4) { split($0.bitPattern, 4) }

  /// The same with the least significant register first ("CDAB").
  public var wordSwapped: RegisterEncoding {
    RegisterEncoding(width: width) { [words] in words($0).reversed() }
  }

  /// The same with the two bytes of each register swapped ("BADC").
  public var byteSwapped: RegisterEncoding {
    RegisterEncoding(width: width) { [words] in words($0).map(\.byteSwapped) }
  }

  /// The same for values that are divided by `scale` before they are stored, as devices store tenths of volts.
  public func scaled(by scale: Double) -> RegisterEncoding {
    RegisterEncoding(width: width) { [words] in words($0 / scale) }
  }

  private static func integer<Integer: FixedWidthInteger & Sendable>(_ type: Integer.Type) -> RegisterEncoding {
    let width = Integer.bitWidth / 16
    return RegisterEncoding(width: width) { value in
      let rounded = value.rounded()
      let integer =
        Integer(exactly: rounded) ?? (rounded.isNaN ? 0 : rounded < 0 ? Integer.min : Integer.max)
      return split(UInt64(truncatingIfNeeded: integer), width)
    }
  }

  private static func split(_ bits: UInt64, _ width: Int) -> [UInt16] {
    (0..<width).map { UInt16(truncatingIfNeeded: bits >> UInt64(16 * (width - 1 - $0))) }
  }
}
