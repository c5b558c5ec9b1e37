public import MapperSDK

/// Makes a point's values of what its unit answers, and what is written to the unit of values.
///
/// Numbers become values of the property's type where nothing is lost by it, else of a type that the framework converts.
/// Rules that the protocol leaves open:
/// - NaN and infinity, and BCD digits above 9, are failures, never values.
/// - A whole number that has no name in `enum` becomes its digits as text.
/// - Text ends at the first NUL, without the spaces before it; bytes that aren't UTF-8 are taken for Latin-1.
/// - Values are rounded to the nearest, ties away from zero: those read to `precision`, or to a whole number for a property
///   of type INT; those written to what the wire can say.
public struct ModbusValueCodec: Sendable, Hashable {
  let layout: PointLayout
  let type: ValueType
  let order: ByteOrder
  let scaling: DecimalScaling
  /// Ten to the power of the precision; 0 when values keep all decimals.
  let precision: Double
  let enumeration: [Int64: String]
  let writeFunction: WriteFunction

  /// A codec.
  ///
  /// - Throws: ``ReadingError`` when the point's visitor can't be right, in the words of its first issue.
  public init(_ point: borrowing ModbusPoint) throws(ReadingError) {
    guard let layout = PointLayout(point) else {
      let issue = ModbusVisitor.issues(with: copy point).first { $0.isError }
      throw ReadingError("invalidVisitor", issue?.description ?? "the visitor can't be right")
    }
    self.layout = layout
    type = point.type
    order = point.visitor.byteOrder
    scaling = layout.encoding.isScalable ? point.visitor.scaling : .identity
    precision = point.visitor.precision.map(Self.powerOfTen) ?? 0
    enumeration = point.visitor.enumeration
    writeFunction = point.visitor.writeFunction
  }

  /// The bits or registers the value takes.
  public var span: RegisterSpan { layout.span }

  private static func powerOfTen(_ places: Int) -> Double {
    var power = 1.0
    for _ in 0..<min(max(0, places), 15) { power *= 10 }
    return power
  }
}
