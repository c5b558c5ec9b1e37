internal import MapperSDK

/// Where a point's value is and how it is encoded, worked out of its visitor, its type and its limits.
struct PointLayout: Sendable, Hashable {
  /// The bits or registers the value takes.
  var span: RegisterSpan
  /// How the value, or each element, is encoded.
  var encoding: WireEncoding
  /// How many elements an array has; `nil`: the value is no array.
  var elements: Int?

  /// Takes a problem: its path relative to the visitor, what it is, and whether the point can't be used.
  typealias Report = (_ path: String, _ problem: String, _ isError: Bool) -> Void

  init(span: RegisterSpan, encoding: WireEncoding, elements: Int? = nil) {
    self.span = span
    self.encoding = encoding
    self.elements = elements
  }

  /// Works out a point's layout; `nil` when something keeps it from being read. That is reported, but for members that
  /// aren't within their ranges, which ``ModbusVisitor/issues(with:)`` names before.
  ///
  /// Cheap enough to be done for each read: it allocates nothing unless there is a problem.
  init?(_ point: borrowing ModbusPoint, report: Report = { _, _, _ in }) {
    guard point.visitor.isWithinRanges else { return nil }
    let resolved = point.visitor.table.isBits ? Self.ofBits(point, report) : Self.ofRegisters(point, report)
    guard let resolved else { return nil }
    self = resolved
  }

  private static func ofBits(_ point: borrowing ModbusPoint, _ report: Report) -> PointLayout? {
    let visitor = point.visitor
    guard visitor.bit == nil else {
      report("bit", "has no meaning here: a \(visitor.table.noun) is a bit already", true)
      return nil
    }
    if let type = visitor.dataType, type != .bool, type != .bytes {
      report("dataType", "a \(visitor.table.noun) is a bit: expected bool, found \(type)", true)
      return nil
    }
    let count = visitor.limit ?? visitor.count ?? 1
    let span = RegisterSpan(table: visitor.table, start: visitor.offset, count: count)
    if let elements = visitor.count {
      guard count == elements else {
        report("limit", "\(elements) elements take \(elements) bits, found \(count)", true)
        return nil
      }
      return PointLayout(span: span, encoding: .flag, elements: elements)
    }
    if point.type == .bytes || visitor.dataType == .bytes { return PointLayout(span: span, encoding: .packedBytes) }
    let isFlag = visitor.dataType == .bool || point.type == .boolean
    let isNumber = point.type.isNumeric || visitor.kind != nil || !visitor.enumeration.isEmpty
    if count == 1, isFlag || !isNumber { return PointLayout(span: span, encoding: .flag) }
    guard isNumber, !isFlag else {
      report("limit", "a bool takes 1 bit, found \(count); an array needs count", true)
      return nil
    }
    guard count <= 64 else {
      report("limit", "a number is made of at most 64 bits, found \(count)", true)
      return nil
    }
    return PointLayout(span: span, encoding: .packedInteger(count: count))
  }

  private static func ofRegisters(_ point: borrowing ModbusPoint, _ report: Report) -> PointLayout? {
    let visitor = point.visitor
    if let type = visitor.dataType, visitor.bit != nil, type != .bit, type != .bool {
      report("bit", "has a meaning for bit and bool only, found dataType \(type)", true)
      return nil
    }
    guard let encoding = encoding(point, report) else { return nil }
    let width = encoding.width ?? visitor.limit ?? 0
    let elements = visitor.count ?? 1
    let needed = width * elements
    if let limit = visitor.limit, limit != needed {
      let what = visitor.count == nil ? encoding.name : "\(elements) times \(encoding.name)"
      report("limit", "\(what) takes \(needed) register\(needed == 1 ? "" : "s"), found \(limit)", true)
      return nil
    }
    let span = RegisterSpan(table: visitor.table, start: visitor.offset, count: needed)
    return PointLayout(span: span, encoding: encoding, elements: visitor.count)
  }

  private static func encoding(_ point: borrowing ModbusPoint, _ report: Report) -> WireEncoding? {
    let visitor = point.visitor
    if let bit = visitor.bit { return .bit(bit) }
    let perElement = visitor.limit.map { limit in visitor.count.map { $0 > 0 ? limit / $0 : limit } ?? limit }
    switch visitor.dataType {
    case .int16: return .integer(width: 1, isSigned: true)
    case .uint16: return .integer(width: 1, isSigned: false)
    case .int32: return .integer(width: 2, isSigned: true)
    case .uint32: return .integer(width: 2, isSigned: false)
    case .int64: return .integer(width: 4, isSigned: true)
    case .uint64: return .integer(width: 4, isSigned: false)
    case .float16: return .float16
    case .float32: return .float32
    case .float64: return .float64
    case .bool: return .anyBit(width: perElement ?? 1)
    case .bcd:
      let width = perElement ?? 1
      guard (1...4).contains(width) else {
        report("limit", "bcd takes 1 to 4 registers, found \(width)", true)
        return nil
      }
      return .bcd(width: width)
    case .bit:
      report("bit", "is missing: which bit of the register, 0 to 15", true)
      return nil
    case .string: return sized(.text(visitor.textOrder), visitor, report)
    case .bytes: return sized(.bytes, visitor, report)
    case nil: return derived(point, report)
    }
  }

  /// KubeEdge's rule: the property's type and `limit` tell.
  private static func derived(_ point: borrowing ModbusPoint, _ report: Report) -> WireEncoding? {
    let visitor = point.visitor
    guard visitor.count == nil else {
      report("dataType", "is missing: an array needs the type of its elements", true)
      return nil
    }
    switch (point.type, visitor.kind) {
    case (.boolean, _): return .anyBit(width: visitor.limit ?? 1)
    case (.bytes, _): return sized(.bytes, visitor, report)
    case (.string, nil) where visitor.enumeration.isEmpty: return sized(.text(visitor.textOrder), visitor, report)
    case (_, .int?), (.int, nil), (.string, nil):
      let width = visitor.limit ?? 1
      guard width == 1 || width == 2 || width == 4 else {
        report("limit", "an integer takes 1, 2 or 4 registers, found \(width)", true)
        return nil
      }
      return .integer(width: width, isSigned: point.isSigned)
    case (_, .float?), (_, .double?), (.float, nil), (.double, nil):
      let isDouble = visitor.kind.map { $0 == .double } ?? (point.type == .double)
      switch visitor.limit ?? (isDouble ? 4 : 2) {
      case 1: return .integer(width: 1, isSigned: point.isSigned)
      case 2: return .float32
      case 4: return .float64
      case let limit:
        report("limit", "a number takes 1, 2 or 4 registers, found \(limit)", true)
        return nil
      }
    }
  }

  private static func sized(_ encoding: WireEncoding, _ visitor: borrowing ModbusVisitor, _ report: Report) -> WireEncoding? {
    guard visitor.limit != nil else {
      report("limit", "is missing: how many registers the \(encoding.name) takes", true)
      return nil
    }
    guard visitor.count == nil else {
      report("count", "an array of \(encoding.name) is not supported", true)
      return nil
    }
    return encoding
  }
}

extension WireEncoding {
  /// How many registers an element takes; `nil` where `limit` says so.
  var width: Int? {
    switch self {
    case .integer(let width, _), .bcd(let width), .anyBit(let width): width
    case .float16, .bit: 1
    case .float32: 2
    case .float64: 4
    case .text, .bytes, .flag, .packedInteger, .packedBytes: nil
    }
  }
}

extension ModbusVisitor {
  /// Whether the members that sizes are worked out of can be right by themselves.
  fileprivate var isWithinRanges: Bool {
    let sizes = 1...2000
    return (0...65535).contains(offset) && sizes.contains(limit ?? 1) && sizes.contains(count ?? 1) && (0...15).contains(bit ?? 0)
  }

  /// Where in a register characters are.
  var textOrder: StringOrder { stringOrder ?? (byteOrder.swapsBytes ? .lowFirst : .highFirst) }
}

extension DevicePoint<ModbusConfig, ModbusVisitor> {
  /// Whether numbers on the wire are below zero somewhere within the model's limits.
  fileprivate var isSigned: Bool {
    func isNegative(_ limit: Double?) -> Bool { limit.map { visitor.scaling.number($0) < 0 } ?? false }
    return isNegative(limits.minimum) || isNegative(limits.maximum)
  }
}
