/// Where in an object a validation is; it becomes text only when there is something to say about the place.
struct SchemaPath {
  enum Step {
    case field(String)
    case index(Int)
  }

  private var steps: [Step] = []

  /// Whether it is the object itself.
  var isEmpty: Bool { steps.isEmpty }

  mutating func push(_ step: Step) { steps.append(step) }

  mutating func pop() { steps.removeLast() }

  /// For instance `spec.properties[2].type`; empty for the object itself.
  var text: String {
    var text = ""
    for step in steps {
      switch step {
      case .field(let name): text = text.appending(field: name)
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }

  func text(field name: String) -> String { text.appending(field: name) }
}

extension String {
  /// The path of a field of the object at this path.
  ///
  /// A name with dots or slashes of its own stands in brackets, so that the path can be taken apart again.
  func appending(field name: String) -> String {
    if name.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "[") }) {
      return "\(self)[\(name)]"
    }
    return isEmpty ? name : "\(self).\(name)"
  }
}
