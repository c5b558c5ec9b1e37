import MapperSDK
import ModbusDriver
import ModbusSimulator

/// A property as a simulated slave has it: where it is, and which registers or bits its values are.
struct SimulatedPoint: Sendable {
  let point: ModbusPoint
  let span: RegisterSpan
  private let codec: ModbusValueCodec

  /// `nil` for a property that nothing can be read of.
  init?(_ point: ModbusPoint) {
    // The codec says how values of the two writable tables lie in registers and bits; in the other two they lie alike.
    var visitor = point.visitor
    visitor.table = visitor.table.isBits ? .coil : .holding
    let writable = ModbusPoint(
      device: point.device, property: point.property, config: point.config, visitor: visitor, type: point.type, isWritable: true,
      limits: point.limits)
    guard let codec = try? ModbusValueCodec(writable) else { return nil }
    self.codec = codec
    self.point = point
    span = RegisterSpan(table: point.visitor.table, start: codec.span.start, count: codec.span.count)
  }

  /// The table.
  var table: SlaveTable {
    switch span.table {
    case .coil: .coils
    case .discreteInput: .discreteInputs
    case .input: .inputRegisters
    case .holding: .holdingRegisters
    }
  }

  /// Where it is.
  var addresses: Range<Int> { span.start..<span.end }

  /// The bit of its register that the property is; `nil` when it has registers or bits of its own.
  var mask: UInt16? {
    guard case .mask(_, let and, _, _)? = try? codec.encode(.bool(true)) else { return nil }
    return ~and
  }

  /// A value's registers or bits; `nil` when it can't be said there.
  func words(_ value: Value) -> [UInt16]? {
    guard let value = try? value.converted(to: point.type) else { return nil }
    switch try? codec.encode(value) {
    case .coil(_, let bit)?: return [bit ? 1 : 0]
    case .coils(_, let bits)?: return bits.map { $0 ? 1 : 0 }
    case .register(_, let word)?: return [word]
    case .registers(_, let words)?: return words
    case .mask?, nil: return nil
    }
  }

  /// A number's registers or bits, rounded as a device would have it; `nil` when it can't be said there.
  func words(_ number: Double) -> [UInt16]? {
    switch point.type {
    case .int: words(.int(Int64(number.rounded())))
    case .string, .bytes, .boolean: words(.string("\(Int64(number.rounded()))"))
    case .float, .double: words(.double((number * 1000).rounded() / 1000))
    }
  }
}
