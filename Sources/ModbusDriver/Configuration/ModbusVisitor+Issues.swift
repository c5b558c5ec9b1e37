public import MapperSDK

extension ModbusVisitor {
  /// What is wrong with a point, with paths relative to its visitor.
  ///
  /// An error keeps the point from being read. A warning doesn't: KubeEdge's own samples have properties that the model
  /// calls writable in tables that nobody can write.
  public static func issues(with point: ModbusPoint) -> [SchemaIssue] {
    var issues: [SchemaIssue] = []
    let report: PointLayout.Report = { issues.append(SchemaIssue(path: $0, problem: $1, isError: $2)) }
    if let contradiction = point.visitor.contradiction { report(contradiction.path, contradiction.problem, true) }
    if ranges(point, report), let layout = PointLayout(point, report: report) {
      place(of: layout, point, report)
      meaning(of: layout, point, report)
      if point.isWritable { writing(of: layout, point, report) }
    }
    return issues
  }

  private static func ranges(_ point: ModbusPoint, _ report: PointLayout.Report) -> Bool {
    let visitor = point.visitor
    var isRight = true
    func check(_ path: String, _ value: Int?, _ range: ClosedRange<Int>) {
      guard let value, !range.contains(value) else { return }
      report(path, "expected an integer from \(range.lowerBound) to \(range.upperBound), found \(value)", true)
      isRight = false
    }
    check("offset", visitor.offset, 0...65535)
    check("limit", visitor.limit, 1...visitor.table.readLimit)
    check("count", visitor.count, 1...visitor.table.readLimit)
    check("bit", visitor.bit, 0...15)
    check("precision", visitor.precision, 0...15)
    if visitor.scaling.scale == 0 {
      report("scale", "0 would make every value the same", true)
      isRight = false
    }
    return isRight
  }

  private static func place(of layout: PointLayout, _ point: ModbusPoint, _ report: PointLayout.Report) {
    let span = layout.span
    let sized = point.visitor.limit != nil ? "limit" : point.visitor.count != nil ? "count" : "offset"
    if span.count > span.table.readLimit {
      report(sized, "a request reads at most \(span.table.readLimit) \(span.table.noun)s, found \(span.count)", true)
    }
    if span.end > 65536 {
      report(sized, "\(span.count) \(span.table.noun)s from \(span.start) go beyond 65535", true)
    }
    let limit = point.config.readLimit(of: .coil)
    if span.table == .coil, point.config.readCoilsFromZero, span.end > limit {
      report("offset", "with readCoilsFromZero a request reads the coils before it too, and at most \(limit)", true)
    }
  }

  private static func meaning(of layout: PointLayout, _ point: ModbusPoint, _ report: PointLayout.Report) {
    let visitor = point.visitor
    let encoding = layout.encoding
    if layout.elements != nil, point.type != .string {
      report("count", "an array's value is a JSON array as text: the property has to be of type string, found \(point.type)", true)
    } else if !encoding.canBecome(point.type) {
      report("dataType", "\(encoding.name) can't become a value of type \(point.type)", true)
    }
    if !visitor.enumeration.isEmpty {
      if point.type != .string { report("enum", "has texts, so the property has to be of type string, found \(point.type)", true) }
      if !encoding.isWhole || layout.elements != nil { report("enum", "names whole numbers, found \(encoding.name)", true) }
    }
    guard !visitor.scaling.isIdentity else { return }
    let path = visitor.scaling.scale == 1 ? "valueOffset" : "scale"
    if !encoding.isScalable || !visitor.enumeration.isEmpty {
      report(path, "has no meaning for \(visitor.enumeration.isEmpty ? encoding.name : "named numbers")", false)
    } else if point.type == .int, visitor.scaling.whole(1) == nil {
      report(path, "values are rounded, as the property is of type int", false)
    }
  }

  private static func writing(of layout: PointLayout, _ point: ModbusPoint, _ report: PointLayout.Report) {
    let visitor = point.visitor
    let table = visitor.table
    guard table.isWritable else {
      report("register", "\(table.noun)s can only be read, and the model says ReadWrite: writes are refused", false)
      return
    }
    if layout.span.count > table.writeLimit {
      report("limit", "a request writes at most \(table.writeLimit) \(table.noun)s, found \(layout.span.count): writes are refused", false)
    }
    if visitor.writeFunction == .single, layout.span.count > 1 {
      report("writeFunction", "single writes one \(table.noun), and the value takes \(layout.span.count)", true)
    }
  }
}

extension WireEncoding {
  /// Whether a property of this type can have values so encoded.
  fileprivate func canBecome(_ type: ValueType) -> Bool {
    switch type {
    case .string: true
    case .boolean: isWhole
    case .int, .float, .double: self != .bytes && self != .packedBytes
    case .bytes: self == .bytes || self == .packedBytes
    }
  }
}
