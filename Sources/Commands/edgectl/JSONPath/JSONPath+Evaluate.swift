import JSON

extension JSONPath {
  /// What the template makes of a document.
  func text(_ document: JSONValue) throws(Failure) -> String {
    var text = ""
    try Self.write(blocks, document, to: &text)
    return text
  }

  /// The values that the template chooses, those of all its actions one after the other.
  func values(_ document: JSONValue) throws(Failure) -> [JSONValue] {
    var values: [JSONValue] = []
    try Self.collect(blocks, document, to: &values)
    return values
  }

  private static func write(_ blocks: [Block], _ document: JSONValue, to text: inout String) throws(Failure) {
    for block in blocks {
      switch block {
      case .text(let literal): text += literal
      case .action(let steps):
        var isFirst = true
        for value in try values([document], steps) {
          if !isFirst { text += " " }
          isFirst = false
          text += value.jsonPathText
        }
      case .range(let steps, let body):
        for value in try values([document], steps) { try write(body, value, to: &text) }
      }
    }
  }

  private static func collect(_ blocks: [Block], _ document: JSONValue, to all: inout [JSONValue]) throws(Failure) {
    for block in blocks {
      switch block {
      case .text(let literal): all.append(.string(literal))
      case .action(let steps): all += try values([document], steps)
      case .range(let steps, let body):
        for value in try values([document], steps) { try collect(body, value, to: &all) }
      }
    }
  }

  private static func values(_ input: [JSONValue], _ steps: [Step]) throws(Failure) -> [JSONValue] {
    var values = input
    for step in steps { values = try self.values(values, step) }
    return values
  }

  private static func values(_ input: [JSONValue], _ step: Step) throws(Failure) -> [JSONValue] {
    switch step {
    case .field(let name): return input.compactMap { $0[name] }
    case .wildcard: return input.flatMap(children)
    case .recursive: return input.flatMap(descendants)
    case .literal(let value): return value.string != nil ? [value] : input.map { _ in value }
    case .union(let paths):
      var result: [JSONValue] = []
      for path in paths { result += try values(input, path) }
      return result
    case .slice(let slice):
      var result: [JSONValue] = []
      for value in input where value != .null { result += try elements(of: value, slice) }
      return result
    case .filter(let left, let operation, let right):
      var result: [JSONValue] = []
      for value in input {
        guard let elements = value.array else {
          throw Failure(description: "\(value.jsonPathText) is not array or slice and cannot be filtered")
        }
        for element in elements where try passes(element, left, operation, right) { result.append(element) }
      }
      return result
    }
  }

  private static func children(_ value: JSONValue) -> [JSONValue] {
    value.array ?? value.object?.map(\.value) ?? []
  }

  /// The value and everything in it that has parts; to Go a text has some too.
  private static func descendants(_ value: JSONValue) -> [JSONValue] {
    if let text = value.string { return text.isEmpty ? [] : [value] }
    let children = children(value)
    return children.isEmpty ? [] : [value] + children.flatMap(descendants)
  }

  private static func elements(of value: JSONValue, _ slice: Slice) throws(Failure) -> [JSONValue] {
    guard let array = value.array else { throw Failure(description: "\(value.kind) is not array or slice") }
    let count = array.count
    var start = slice.start ?? 0
    if start < 0 { start += count }
    var end = slice.end ?? count
    if end < 0 || (end == 0 && slice.isIndex) { end += count }
    guard start != end else { return [] }
    for (bound, isOutside) in [(start, start < 0 || start >= count), (end - 1, end < 0 || end > count)] where isOutside {
      throw Failure(description: "array index out of bounds: index \(bound), length \(count)")
    }
    guard start < end else { throw Failure(description: "starting index \(start) is greater than ending index \(end)") }
    return stride(from: start, to: end, by: slice.step ?? 1).map { array[$0] }
  }

  private static func passes(
    _ element: JSONValue, _ left: [Step], _ operation: String?, _ right: [Step]
  ) throws(Failure) -> Bool {
    guard let operation else { return !((try? values([element], left)) ?? []).isEmpty }
    let lefts = try values([element], left)
    let rights = try values([element], right)
    guard lefts.count <= 1, rights.count <= 1 else { throw Failure(description: "can only compare one element at a time") }
    guard let left = lefts.first, let right = rights.first else { return false }
    guard let order = order(left, right) else { throw Failure(description: "incompatible types for comparison") }
    switch operation {
    case "==": return order == 0
    case "!=": return order != 0
    case "<": return order < 0
    case "<=": return order <= 0
    case ">": return order > 0
    default: return order >= 0
    }
  }

  /// Below, at or above zero as the left value is less, equal or greater; `nil` when they can't be compared.
  static func order(_ left: JSONValue, _ right: JSONValue) -> Int? {
    switch (left, right) {
    case (.number(let left), .number(let right)):
      if let left = left.int64, let right = right.int64 { return left < right ? -1 : left > right ? 1 : 0 }
      return left.double < right.double ? -1 : left.double > right.double ? 1 : 0
    case (.string(let left), .string(let right)):
      return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars) ? -1 : left == right ? 0 : 1
    case (.bool(let left), .bool(let right)): return left == right ? 0 : right ? -1 : 1
    default: return nil
    }
  }
}
