internal import MapperSDK

extension GPIOPoint {
  /// Whether its lines are driven.
  var isOutput: Bool {
    if let direction = visitor.direction { return direction == .output }
    return isWritable && visitor.measures == .level
  }

  /// Whether its edges are needed.
  var detectsEdges: Bool { !isOutput && !visitor.isGroup && visitor.edge != .none }

  /// Whether its level is told when it changes.
  var tellsLevel: Bool { detectsEdges && visitor.measures == .level }

  /// How its lines are used.
  var settings: LineSettings {
    LineSettings(
      isOutput: isOutput, activeLow: visitor.activeLow, bias: visitor.bias, drive: visitor.drive, detectsEdges: detectsEdges)
  }

  /// Levels as a value of the point.
  func value(_ levels: [Bool]) -> Value {
    let number = levels.enumerated().reduce(Int64(0)) { $0 | ($1.element ? 1 << Int64($1.offset) : 0) }
    return type == .boolean ? .bool(number != 0) : .int(number)
  }

  /// The levels that a value means, the first line's first.
  ///
  /// - Throws: ``ReadingError`` when it means none.
  func levels(_ value: Value) throws(ReadingError) -> [Bool] {
    let number: Int64?
    switch value {
    case .bool(let level): number = level ? 1 : 0
    case .int(let value): number = value
    default: number = nil
    }
    let count = visitor.lines.count
    let largest = count < 63 ? (Int64(1) << Int64(count)) - 1 : .max
    guard let number, (0...largest).contains(number) else {
      throw ReadingError(.invalidValue, "\(count == 1 ? "an output is 0 or 1" : "\(count) outputs are a number from 0 to \(largest)")")
    }
    return (0..<count).map { number & (1 << Int64($0)) != 0 }
  }
}

extension GPIOVisitor {
  /// What is wrong with a point's visitor, beyond what the schema says.
  static func issues(with point: GPIOPoint) -> [SchemaIssue] {
    let visitor = point.visitor
    var issues: [SchemaIssue] = []
    func refuse(_ path: String, _ problem: String) { issues.append(SchemaIssue(path: path, problem: problem, isError: true)) }

    let member = visitor.isGroup ? "lines" : "line"
    if visitor.lines.isEmpty {
      refuse(member, visitor.isGroup ? "names no line" : "is missing: the line's offset on the chip, or its name")
    }
    if visitor.isGroup, !(1...63).contains(visitor.lines.count), !visitor.lines.isEmpty { refuse("lines", "has to name 1 to 63 lines") }
    if visitor.isAmbiguous { refuse("lines", "stands beside line: one of both is enough") }
    if Set(visitor.lines).count != visitor.lines.count { refuse(member, "names a line twice") }
    for line in visitor.lines {
      switch line {
      case .offset(let offset) where offset < 0 || offset > 65_535: refuse(member, "\(offset) is no offset of a line: they begin at 0")
      case .offset(let offset) where point.config.chip == nil:
        refuse(member, "line \(offset) is on no chip: name it in spec.protocol.configData.chip, or name the line")
      case .name(let name) where name.isEmpty: refuse(member, "is empty")
      default: break
      }
    }

    switch visitor.measures {
    case .level where visitor.isGroup:
      if point.type != .int { refuse(member, "several lines are an INT, not a \(point.type.rawValue)") }
    case .level:
      if point.type != .boolean, point.type != .int { refuse("measures", "a level is a BOOLEAN or an INT, not a \(point.type.rawValue)") }
    case .count, .frequency:
      if !point.type.isNumeric { refuse("measures", "a \(visitor.measures.rawValue) is a number, not a \(point.type.rawValue)") }
      if point.isOutput { refuse("measures", "an output has no \(visitor.measures.rawValue)") }
      if visitor.isGroup { refuse("lines", "a \(visitor.measures.rawValue) is of one line") }
      if visitor.edge == .none { refuse("edge", "without edges there is no \(visitor.measures.rawValue)") }
    }
    if point.isWritable, !point.isOutput, visitor.measures != .count {
      refuse("direction", "an input can't be written; make the property ReadOnly")
    }
    if visitor.measures == .level, visitor.scale != 1 {
      issues.append(SchemaIssue(path: "scale", problem: "is not used: a level isn't scaled", isError: false))
    }
    if !point.isOutput, visitor.debounce > 0, !point.detectsEdges {
      refuse("debounce", visitor.isGroup ? "is for one line" : "without edges there is nothing to wait for")
    }
    if point.isOutput {
      if visitor.debounce > 0 { refuse("debounce", "an output has no edges") }
      if let initial = visitor.initial {
        do { _ = try point.levels(.int(initial)) } catch { refuse("initial", error.reason) }
      }
    } else {
      if visitor.initial != nil { refuse("initial", "only an output is set to something") }
      if visitor.drive != .pushPull { refuse("drive", "only an output is driven") }
    }
    return issues
  }
}
