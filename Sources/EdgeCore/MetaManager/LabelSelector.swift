/// A label selector as Kubernetes writes it: `app=pump,tier!=test,zone in (a,b),!old,count>3`.
package struct LabelSelector: Sendable, Hashable {
  enum Requirement: Sendable, Hashable {
    case isIn(String, Set<String>)
    case isNotIn(String, Set<String>)
    case exists(String)
    case isAbsent(String)
    case isGreater(String, than: Int64)
    case isLess(String, than: Int64)
  }

  private var requirements: [Requirement] = []

  /// The selector that everything matches.
  package init() {}

  /// Reads a selector.
  ///
  /// - Throws: ``MalformedSelector`` with what was found in the place of what.
  package init(_ text: String) throws(MalformedSelector) {
    var parser = LabelSelectorParser(text)
    requirements = try parser.requirements()
  }

  package var isEmpty: Bool { requirements.isEmpty }

  package func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .isIn(let key, let values): labels[key].map(values.contains) ?? false
      case .isNotIn(let key, let values): !(labels[key].map(values.contains) ?? false)
      case .exists(let key): labels[key] != nil
      case .isAbsent(let key): labels[key] == nil
      case .isGreater(let key, let number): labels[key].flatMap { Int64($0) }.map { $0 > number } ?? false
      case .isLess(let key, let number): labels[key].flatMap { Int64($0) }.map { $0 < number } ?? false
      }
    }
  }
}

/// A selector that can't be read.
package struct MalformedSelector: Error, Hashable, CustomStringConvertible {
  private let problem: String
  package var description: String { problem }

  init(part: String) { problem = "unable to parse requirement: \"\(part.prefix(128))\"" }
  init(_ problem: String) { self.problem = problem }
}
