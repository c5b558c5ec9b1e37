import JSON

/// The difference between two JSON values, as changes that each know what they replace.
///
/// Lists whose elements have names are compared by name, so that a change survives elements coming and going.
struct Residue {
  private indirect enum Node {
    /// `was` is replaced by `isNow`; absent means that there is no such member.
    case change(was: JSONValue?, isNow: JSONValue?)
    case members([(key: String, node: Node)])
    /// Elements by name, and the order of all names when it isn't the order they come in.
    case named(key: String, [(key: String, node: Node)], order: [String]?)
    /// Elements by index, of lists with equally many.
    case elements(count: Int, [(key: Int, node: Node)])
  }

  private let root: Node

  /// The changes that make `target` of `base`; `nil` when they are equal. `apiVersion`, `kind` and `metadata` don't count.
  init?(from base: JSONValue, to target: JSONValue) {
    var base = base
    var target = target
    for key in ["apiVersion", "kind", "metadata"] {
      base[key] = nil
      target[key] = nil
    }
    guard let root = Self.difference(base, target) else { return nil }
    self.root = root
  }

  private init(_ root: Node) { self.root = root }

  /// The changes of each member of `spec` and of `status` by itself; none when there are more of them than that.
  func parts(atMost limit: Int) -> [Residue] {
    guard case .members(let members) = root else { return [] }
    var parts: [Residue] = []
    for (key, node) in members {
      if case .members(let inner) = node {
        parts += inner.map { Residue(.members([(key, .members([$0]))])) }
      } else {
        parts.append(Residue(.members([(key, node)])))
      }
    }
    return parts.count > limit ? [] : parts
  }

  /// The changes in `value` as far as their places still hold what they replace.
  func applied(to value: JSONValue) -> JSONValue { Self.apply(root, to: value) ?? value }
}

// MARK: Comparing

extension Residue {
  private static func difference(_ base: JSONValue, _ target: JSONValue) -> Node? {
    if base == target { return nil }
    switch (base, target) {
    case (.object(let base), .object(let target)):
      return .members(
        Set(base.keys).union(target.keys).sorted().compactMap { key in
          difference(optional: base[key], target[key]).map { (key, $0) }
        })
    case (.array(let base), .array(let target)):
      return difference(base, target)
    default:
      return .change(was: base, isNow: target)
    }
  }

  private static func difference(optional base: JSONValue?, _ target: JSONValue?) -> Node? {
    if let base, let target { return difference(base, target) }
    return base == target ? nil : .change(was: base, isNow: target)
  }

  private static func difference(_ base: [JSONValue], _ target: [JSONValue]) -> Node {
    for key in ["name", "propertyName"] {
      guard let before = names(of: base, key), let after = names(of: target, key), !before.isEmpty || !after.isEmpty else { continue }
      let old = Dictionary(uniqueKeysWithValues: zip(before, base))
      let new = Dictionary(uniqueKeysWithValues: zip(after, target))
      let nodes = Set(before).union(after).sorted().compactMap { name in
        difference(optional: old[name], new[name]).map { (name, $0) }
      }
      let kept = before.filter { new[$0] != nil }
      let added = after.filter { old[$0] == nil }.sorted()
      return .named(key: key, nodes, order: kept + added == after ? nil : after)
    }
    if base.count == target.count {
      let nodes = zip(base, target).enumerated().compactMap { index, pair in difference(pair.0, pair.1).map { (index, $0) } }
      return .elements(count: base.count, nodes)
    }
    return .change(was: .array(base), isNow: .array(target))
  }

  /// The names of the elements, if all have one and no two the same.
  private static func names(of elements: [JSONValue], _ key: String) -> [String]? {
    var names: [String] = []
    for element in elements {
      guard let name = element[key]?.string else { return nil }
      names.append(name)
    }
    return Set(names).count == names.count ? names : nil
  }
}

// MARK: Applying

extension Residue {
  private static func apply(_ node: Node, to value: JSONValue?) -> JSONValue? {
    switch node {
    case .change(let was, let isNow):
      return value == was ? isNow : value
    case .members(let nodes):
      guard var members = value?.object else { return value }
      for (key, node) in nodes { members[key] = apply(node, to: members[key]) }
      return .object(members)
    case .named(let key, let nodes, let order):
      guard let elements = value?.array, let names = names(of: elements, key) else { return value }
      return .array(apply(nodes, order, to: elements, names: names))
    case .elements(let count, let nodes):
      guard var elements = value?.array, elements.count == count else { return value }
      for (index, node) in nodes where elements.indices.contains(index) {
        elements[index] = apply(node, to: elements[index]) ?? elements[index]
      }
      return .array(elements)
    }
  }

  private static func apply(
    _ nodes: [(key: String, node: Node)], _ order: [String]?, to elements: [JSONValue], names: [String]
  ) -> [JSONValue] {
    var result = Array(zip(names, elements))
    for (name, node) in nodes {
      let index = result.firstIndex { $0.0 == name }
      switch (index, apply(node, to: index.map { result[$0].1 })) {
      case (let index?, let changed?): result[index].1 = changed
      case (let index?, nil): result.remove(at: index)
      case (nil, let added?): result.append((name, added))
      case (nil, nil): break
      }
    }
    guard let order else { return result.map(\.1) }
    let rank = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    // Elements that came later go last; the sort is stable.
    return result.sorted { rank[$0.0] ?? .max < rank[$1.0] ?? .max }.map(\.1)
  }
}

// MARK: Text

extension Residue {
  /// Reads what ``text`` wrote; `nil` when it is something else.
  init?(text: String) {
    // The values in it may be as deep as any object's, and it adds levels of its own.
    guard let json = try? JSONValue(parsing: text, maximumDepth: 512), let root = Self.node(json, depth: 0) else { return nil }
    self.root = root
  }

  /// The changes as compact JSON.
  var text: String { Self.json(root).text }

  private static func json(_ node: Node) -> JSONValue {
    switch node {
    case .change(let was, let isNow):
      var result: JSONObject = [:]
      result["was"] = was
      result["is"] = isNow
      return .object(result)
    case .members(let nodes):
      return ["members": object(nodes)]
    case .named(let key, let nodes, let order):
      var result: JSONValue = ["key": .string(key), "named": object(nodes)]
      result["order"] = order.map { .array($0.map { .string($0) }) }
      return result
    case .elements(let count, let nodes):
      return ["count": .init(count), "elements": object(nodes.map { (String($0.key), $0.node) })]
    }
  }

  private static func object(_ nodes: [(key: String, node: Node)]) -> JSONValue {
    .object(JSONObject(nodes.map { ($0.key, json($0.node)) }))
  }

  private static func node(_ json: JSONValue, depth: Int) -> Node? {
    guard let object = json.object, depth < 256 else { return nil }
    if let members = object["members"] { return nodes(members, depth).map { .members($0) } }
    if let named = object["named"] {
      guard let key = object["key"]?.string, let nodes = nodes(named, depth) else { return nil }
      return .named(key: key, nodes, order: object["order"]?.array?.compactMap(\.string))
    }
    if let elements = object["elements"] {
      guard let count = object["count"]?.integer, let nodes = nodes(elements, depth) else { return nil }
      return .elements(count: Int(count), nodes.compactMap { pair in Int(pair.key).map { ($0, pair.node) } })
    }
    guard object["was"] != nil || object["is"] != nil else { return nil }
    return .change(was: object["was"], isNow: object["is"])
  }

  private static func nodes(_ json: JSONValue, _ depth: Int) -> [(key: String, node: Node)]? {
    guard let object = json.object else { return nil }
    var result: [(key: String, node: Node)] = []
    for (key, value) in object {
      guard let node = node(value, depth: depth + 1) else { return nil }
      result.append((key, node))
    }
    return result
  }
}
