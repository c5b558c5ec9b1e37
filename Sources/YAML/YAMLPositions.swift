/// Where in the text of a document its values stand.
///
/// A path names a value as `spec.properties[2].type` does; `metadata.labels[app.kubernetes.io/name]` names a key that has
/// dots of its own. The place of a member is that of its key, the place of an element that of its first character.
public struct YAMLPositions: Sendable, Hashable {
  /// A place in a text.
  public struct Position: Sendable, Hashable {
    /// The line, counted from 1.
    public let line: Int
    /// The column in characters, counted from 1.
    public let column: Int

    /// A place from its line and column.
    public init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  private struct Node: Sendable, Hashable {
    var position: Position
    var children: [String: Int] = [:]
  }

  // A tree, since paths as text would repeat every long key for everything below it.
  private var nodes: [Node]

  init(root: Position) { nodes = [Node(position: root)] }

  /// Adds a value below another one and returns its index.
  mutating func add(_ key: String, at position: Position, below parent: Int) -> Int {
    nodes.append(Node(position: position))
    nodes[parent].children[key] = nodes.count - 1
    return nodes.count - 1
  }

  /// Where the document starts.
  public var root: Position { nodes[0].position }

  /// The place of the value at `path`, or of the nearest one around it when the document doesn't have it.
  public func position(of path: String) -> Position {
    var index = 0
    for step in Self.steps(of: path) {
      guard let next = nodes[index].children[step] else { break }
      index = next
    }
    return nodes[index].position
  }

  /// Whether the document has a value at `path`.
  public func contains(_ path: String) -> Bool {
    var index = 0
    for step in Self.steps(of: path) {
      guard let next = nodes[index].children[step] else { return false }
      index = next
    }
    return true
  }

  /// The keys and indices a path is made of.
  private static func steps(of path: String) -> [String] {
    var steps: [String] = []
    var step = ""
    var isBracketed = false
    for character in path {
      switch character {
      case "[" where !isBracketed, "]" where isBracketed, "." where !isBracketed:
        if !step.isEmpty { steps.append(step) }
        step = ""
        isBracketed = character == "["
      default: step.append(character)
      }
    }
    if !step.isEmpty { steps.append(step) }
    return steps
  }
}
