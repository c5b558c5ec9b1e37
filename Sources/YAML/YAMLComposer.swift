import JSON

/// Builds the values of a stream's documents out of its events.
struct YAMLComposer: ~Copyable {
  /// A value with what it costs to repeat it.
  struct Node {
    var value: JSONValue
    var depth = 0
    var count = 1
    var scalarBytes = 0
    /// Whether the node is a plain `<<`.
    var isMerge = false
    /// Whether the node is a scalar without any text.
    var isEmpty = false

    /// Counts a child in.
    mutating func add(_ child: Node) {
      depth = max(depth, child.depth + 1)
      count += child.count
      scalarBytes += child.scalarBytes
    }
  }

  private var reader: YAMLEventReader
  private let file: String
  private let limits: YAMLLimits
  private var anchors: [String: Node] = [:]
  private var positions = YAMLPositions(root: YAMLPositions.Position(line: 1, column: 1))
  private var count = 0
  private var scalarBytes = 0

  init(text: UnsafeBufferPointer<UInt8>, file: String, limits: YAMLLimits) throws(YAMLError) {
    reader = try YAMLEventReader(text: text, file: file)
    self.file = file
    self.limits = limits
  }

  mutating func documents() throws(YAMLError) -> [YAMLDocument] {
    var documents: [YAMLDocument] = []
    while true {
      let event = try reader.next()
      switch event.content {
      case .streamEnd: return documents
      case .documentStart:
        let root = try reader.next()
        positions = YAMLPositions(root: root.position)
        anchors = [:]
        let node = try node(root, depth: 0, index: 0)
        if !node.isEmpty { documents.append(YAMLDocument(value: node.value, positions: positions)) }
      default: continue
      }
    }
  }

  // MARK: Nodes

  private mutating func node(_ event: YAMLEvent, depth: Int, index: Int?) throws(YAMLError) -> Node {
    count += 1
    if count > limits.maximumNodes { throw tooMany(at: event.position) }
    let result: Node
    let anchor: String?
    switch event.content {
    case .alias(let name):
      return try alias(name, event, depth: depth)
    case .scalar(let text, let isPlain, let name, let tag):
      result = try scalar(text, isPlain: isPlain, tag: tag, at: event.position)
      anchor = name
    case .sequenceStart(let name, let tag):
      try check(tag, for: "tag:yaml.org,2002:seq", "a sequence", at: event.position)
      result = try sequence(event, depth: depth + 1, index: index)
      anchor = name
    case .mappingStart(let name, let tag):
      try check(tag, for: "tag:yaml.org,2002:map", "a mapping", at: event.position)
      result = try mapping(event, depth: depth + 1, index: index)
      anchor = name
    default:
      throw error("unexpected end of the document", at: event.position)
    }
    if let anchor { anchors[anchor] = result }
    return result
  }

  private mutating func alias(_ name: String, _ event: YAMLEvent, depth: Int) throws(YAMLError) -> Node {
    guard let node = anchors[name] else { throw error("there is no anchor &\(name) before this alias", at: event.position) }
    if depth + node.depth > limits.maximumDepth { throw tooDeep(at: event.position) }
    count += node.count - 1
    scalarBytes += node.scalarBytes
    if count > limits.maximumNodes || scalarBytes > limits.maximumScalarBytes { throw tooMany(at: event.position) }
    return node
  }

  private mutating func sequence(_ start: YAMLEvent, depth: Int, index: Int?) throws(YAMLError) -> Node {
    if depth > limits.maximumDepth { throw tooDeep(at: start.position) }
    var elements: [JSONValue] = []
    var result = Node(value: .null)
    while true {
      let event = try reader.next()
      if case .sequenceEnd = event.content { break }
      let child = index.map { positions.add(String(elements.count), at: event.position, below: $0) }
      let element = try node(event, depth: depth, index: child)
      result.add(element)
      elements.append(element.value)
    }
    result.value = .array(elements)
    return result
  }

  private mutating func mapping(_ start: YAMLEvent, depth: Int, index: Int?) throws(YAMLError) -> Node {
    if depth > limits.maximumDepth { throw tooDeep(at: start.position) }
    var members: [String: JSONValue] = [:]
    var lines: [String: Int] = [:]
    var merged: [JSONObject] = []
    var result = Node(value: .null)
    while true {
      let event = try reader.next()
      if case .mappingEnd = event.content { break }
      let (key, isMerge) = try key(event, depth: depth)
      if let line = lines.updateValue(event.position.line, forKey: key) {
        throw error("the key \"\(key.prefix(64))\" is there already, at line \(line)", at: event.position)
      }
      let value = try reader.next()
      let child = isMerge ? nil : index.map { positions.add(key, at: event.position, below: $0) }
      let member = try node(value, depth: depth, index: child)
      result.count += 1
      result.scalarBytes += key.utf8.count
      result.add(member)
      if isMerge {
        merged.append(contentsOf: try mergeSources(member.value, at: value.position))
      } else {
        members[key] = member.value
      }
    }
    // Own members win over merged ones, earlier merged ones over later.
    for source in merged {
      for (key, value) in source where members[key] == nil { members[key] = value }
    }
    result.value = .object(JSONObject(members.map { ($0.key, $0.value) }))
    return result
  }

  private mutating func key(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> (text: String, isMerge: Bool) {
    let node = try node(event, depth: depth, index: nil)
    switch node.value {
    case .string(let text): return (text, node.isMerge)
    case .bool(let flag): return (String(flag), false)
    case .number(let number): return (number.text, false)
    case .null: throw error("a key can't be null", at: event.position)
    case .array, .object: throw error("a key can't be \(node.value.kind == "array" ? "a sequence" : "a mapping")", at: event.position)
    }
  }

  private func mergeSources(_ value: JSONValue, at position: YAMLPositions.Position) throws(YAMLError) -> [JSONObject] {
    if let object = value.object { return [object] }
    guard let elements = value.array else { throw error("<< takes a mapping or a sequence of mappings", at: position) }
    var sources: [JSONObject] = []
    for element in elements {
      guard let object = element.object else { throw error("<< takes a mapping or a sequence of mappings", at: position) }
      sources.append(object)
    }
    return sources
  }

  // MARK: Scalars

  private mutating func scalar(
    _ text: String, isPlain: Bool, tag: String?, at position: YAMLPositions.Position
  ) throws(YAMLError) -> Node {
    scalarBytes += text.utf8.count
    if scalarBytes > limits.maximumScalarBytes { throw tooMany(at: position) }
    var node = Node(value: .string(text), scalarBytes: text.utf8.count)
    if let tag {
      node.value = try value(of: text, tag: tag, at: position)
    } else if isPlain {
      switch YAMLScalar(text) {
      case .null:
        node.value = .null
        node.isEmpty = text.isEmpty
      case .bool(let flag): node.value = .bool(flag)
      case .number(let number): node.value = .number(number)
      case .string, .timestamp: break
      case .merge: node.isMerge = true
      case .notFinite: throw error("\(text) is a number JSON can't say; quote it if text is meant", at: position)
      }
    }
    return node
  }

  private func value(of text: String, tag: String, at position: YAMLPositions.Position) throws(YAMLError) -> JSONValue {
    let resolved = YAMLScalar(text)
    let name: Substring
    switch tag {
    case "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp": return .string(text)
    case let tag where tag.hasPrefix("tag:yaml.org,2002:"): name = tag.dropFirst("tag:yaml.org,2002:".count)
    default: throw error("the tag \(tag) is unknown", at: position)
    }
    switch (name, resolved) {
    case ("null", .null): return .null
    case ("bool", .bool(let flag)): return .bool(flag)
    case ("int", .number(let number)) where number.isIntegerLiteral: return .number(number)
    case ("float", .number(let number)): return .number(number)
    case ("null", _), ("bool", _), ("int", _), ("float", _):
      throw error("\"\(text.prefix(64))\" is no !!\(name)", at: position)
    default: throw error("the tag !!\(name) is unknown", at: position)
    }
  }

  private func check(
    _ tag: String?, for expected: String, _ what: String, at position: YAMLPositions.Position
  ) throws(YAMLError) {
    guard let tag, tag != expected, tag != "!" else { return }
    throw error("the tag \(tag) is unknown for \(what)", at: position)
  }

  // MARK: Errors

  private func tooDeep(at position: YAMLPositions.Position) -> YAMLError {
    error("nested deeper than \(limits.maximumDepth) levels", at: position)
  }

  private func tooMany(at position: YAMLPositions.Position) -> YAMLError {
    error("more than \(limits.maximumNodes) keys and values, aliases followed", at: position)
  }

  private func error(_ problem: String, at position: YAMLPositions.Position) -> YAMLError {
    YAMLError(file: file, line: position.line, column: position.column, problem: problem)
  }
}
