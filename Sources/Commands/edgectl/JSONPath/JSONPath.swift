import JSON

/// A template in kubectl's dialect of JSONPath: literal text, and actions in braces that choose from a document.
///
/// What kubectl's evaluator does in doubtful cases is done here too: missing members give nothing, an index out of bounds is an
/// error, several values are separated by a space. The members of objects come in the order of their keys, where Go's are in none.
struct JSONPath: Sendable, Hashable {
  /// A part of a template.
  indirect enum Block: Sendable, Hashable {
    /// What stands outside of braces.
    case text(String)
    /// An action.
    case action([Step])
    /// The blocks between `{range …}` and `{end}`, for each value of the action.
    case range([Step], [Block])
  }

  /// A step of an action, taken from every value that the step before gave.
  indirect enum Step: Sendable, Hashable {
    /// `.name` or `['name']`
    case field(String)
    /// `.*`
    case wildcard
    /// `..`
    case recursive
    /// `[0]`, `[1:3]`, `[*]`
    case slice(Slice)
    /// `[0,2]`
    case union([[Step]])
    /// `[?(@.a=="b")]`; without an operator it asks whether the left side is there.
    case filter(left: [Step], operation: String?, right: [Step])
    /// A number, a text in quotes, or a boolean.
    case literal(JSONValue)
  }

  /// The elements from `start` to before `end`; negative numbers count from the array's end.
  struct Slice: Sendable, Hashable {
    var start: Int?
    var end: Int?
    var step: Int?
    /// Whether one element is meant: the end was derived of the start.
    var isIndex = false
  }

  /// Why a template can't be read, or can't be applied to a document.
  struct Failure: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  /// The template as it was written.
  let template: String
  let blocks: [Block]

  /// Reads a template.
  init(_ template: String) throws(Failure) {
    self.template = template
    var parser = JSONPathParser(template)
    do {
      blocks = try parser.template()
    } catch {
      throw Failure(description: "error parsing jsonpath \(template), \(error.description)")
    }
  }

  /// Reads a single path, whose braces and first dot may be left out: `spec.nodeName`, `.spec.nodeName`, `{.spec.nodeName}`.
  init(relaxed path: String) throws(Failure) {
    var inner = path[...]
    if inner.hasPrefix("{") && inner.hasSuffix("}") { inner = inner.dropFirst().dropLast() }
    guard !inner.isEmpty, !inner.contains("{"), !inner.contains("}") else {
      throw Failure(
        description: "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'")
    }
    if inner.hasPrefix("@") { inner = inner.dropFirst() }
    try self.init("{" + (inner.hasPrefix(".") || inner.hasPrefix("[") ? "" : ".") + inner + "}")
  }
}
