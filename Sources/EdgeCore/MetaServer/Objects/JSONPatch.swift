package import JSON

/// A JSON patch (RFC 6902): operations at places named by JSON pointers (RFC 6901).
package enum JSONPatch {
  /// Operations that a patch may have.
  private static let maximumOperations = 1_000
  /// Bytes of JSON that the operations of a patch may copy or add in all: a few copies of copies would fill any memory.
  private static let maximumBytes = 3 << 20

  /// What the operations of a patch may still add.
  private struct Budget {
    var bytes: Int
    let depth: Int
  }

  /// A patch, or an operation of one, that can't be carried out.
  package struct Failure: Error, Hashable, CustomStringConvertible {
    package let description: String
    init(_ index: Int, _ problem: String) { description = "the patch's operation \(index): \(problem)" }
    init(_ problem: String) { description = problem }
  }

  /// What a patch makes of a value.
  ///
  /// - Parameter maximumDepth: How deep arrays and objects may nest in what the patch adds.
  package static func apply(_ patch: JSONValue, to value: JSONValue, maximumDepth: Int) throws(Failure) -> JSONValue {
    guard let operations = patch.array else { throw Failure("a JSON patch is an array of operations, not \(patch.kind)") }
    guard operations.count <= maximumOperations else { throw Failure("the patch has more than \(maximumOperations) operations") }
    var value = value
    var budget = Budget(bytes: maximumBytes, depth: maximumDepth)
    for (index, operation) in operations.enumerated() { try apply(operation, index, to: &value, budget: &budget) }
    return value
  }

  private static func pay(_ added: JSONValue, at path: [String], _ index: Int, _ budget: inout Budget) throws(Failure) {
    guard added.nests(atMost: budget.depth - path.count) else {
      throw Failure(index, "the result would nest deeper than \(budget.depth) levels")
    }
    budget.bytes -= added.weight
    guard budget.bytes >= 0 else { throw Failure(index, "the patch adds more than \(maximumBytes) bytes") }
  }

  private static func apply(
    _ operation: JSONValue, _ index: Int, to value: inout JSONValue, budget: inout Budget
  ) throws(Failure) {
    let path = try pointer(operation["path"], index)
    switch operation["op"]?.string {
    case "add":
      try pay(operation["value"] ?? .null, at: path, index, &budget)
      try set(operation["value"] ?? .null, at: path[...], in: &value, index, replacing: false)
    case "replace":
      _ = try get(path[...], in: value, index)
      try pay(operation["value"] ?? .null, at: path, index, &budget)
      try set(operation["value"] ?? .null, at: path[...], in: &value, index, replacing: true)
    case "remove": try remove(path[...], in: &value, index)
    case "move":
      let from = try pointer(operation["from"], index)
      let moved = try get(from[...], in: value, index)
      try pay(moved, at: path, index, &budget)
      try remove(from[...], in: &value, index)
      try set(moved, at: path[...], in: &value, index, replacing: false)
    case "copy":
      let copied = try get(try pointer(operation["from"], index)[...], in: value, index)
      try pay(copied, at: path, index, &budget)
      try set(copied, at: path[...], in: &value, index, replacing: false)
    case "test":
      guard try get(path[...], in: value, index) == operation["value"] ?? .null else {
        throw Failure(index, "the value at \(text(path)) is not the one tested for")
      }
    case let other?: throw Failure(index, "there is no operation \"\(other)\"")
    case nil: throw Failure(index, "op is missing")
    }
  }

  private static func pointer(_ json: JSONValue?, _ index: Int) throws(Failure) -> [String] {
    guard let text = json?.string else { throw Failure(index, "path or from is missing") }
    guard let levels = levels(of: text) else { throw Failure(index, "\"\(text)\" is no JSON pointer: it has to begin with /") }
    return levels
  }

  /// The levels that a JSON pointer names; `nil` when it is none.
  static func levels(of text: String) -> [String]? {
    if text.isEmpty { return [] }
    guard text.hasPrefix("/") else { return nil }
    return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { level in
      String(level).split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
        .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
    }
  }

  /// The place in an array that a level names: digits alone, without a zero before them.
  private static func position(_ level: String) -> Int? {
    guard !level.isEmpty, level.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), level == "0" || !level.hasPrefix("0")
    else { return nil }
    return Int(level)
  }

  private static func text(_ path: some Sequence<String>) -> String { "/" + path.joined(separator: "/") }

  private static func get(_ path: ArraySlice<String>, in value: JSONValue, _ index: Int) throws(Failure) -> JSONValue {
    var value = value
    for level in path {
      guard let next = value[level] ?? position(level).flatMap({ value[$0] }) else {
        throw Failure(index, "there is nothing at \(text(path))")
      }
      value = next
    }
    return value
  }

  private static func set(
    _ new: JSONValue, at path: ArraySlice<String>, in value: inout JSONValue, _ index: Int, replacing: Bool
  ) throws(Failure) {
    guard let level = path.first else {
      value = new
      return
    }
    switch value {
    case .object(var object):
      if path.count == 1 {
        object[level] = new
      } else {
        guard var child = object[level] else { throw Failure(index, "there is no \"\(level)\" on the way") }
        try set(new, at: path.dropFirst(), in: &child, index, replacing: replacing)
        object[level] = child
      }
      value = .object(object)
    case .array(var elements):
      let position = level == "-" ? elements.count : position(level) ?? -1
      if path.count == 1 {
        guard (0...elements.count).contains(position) else { throw Failure(index, "the array has no place \(level)") }
        if replacing { elements[position] = new } else { elements.insert(new, at: position) }
      } else {
        guard elements.indices.contains(position) else { throw Failure(index, "the array has no element \(level)") }
        try set(new, at: path.dropFirst(), in: &elements[position], index, replacing: replacing)
      }
      value = .array(elements)
    default: throw Failure(index, "\"\(level)\" can't be in \(value.kind)")
    }
  }

  private static func remove(_ path: ArraySlice<String>, in value: inout JSONValue, _ index: Int) throws(Failure) {
    _ = try get(path, in: value, index)
    guard let last = path.last else { throw Failure(index, "the whole object can't be removed") }
    let parentPath = path.dropLast()
    var parent = try get(parentPath, in: value, index)
    switch parent {
    case .object: parent[last] = nil
    case .array(var elements):
      if let position = position(last), elements.indices.contains(position) { elements.remove(at: position) }
      parent = .array(elements)
    default: break
    }
    try set(parent, at: parentPath, in: &value, index, replacing: true)
  }
}
