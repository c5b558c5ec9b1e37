/// Where a parser is in a text, and which members it met there before.
struct JSONPlaces {
  /// What is kept of a hostile text.
  private static let maximumDuplicates = 100

  private enum Step {
    case member(String)
    case element(Int)
  }

  private var path: [Step] = []
  private var seen: [Set<[UInt8]>] = []
  /// What is there more than once.
  private(set) var duplicates: [String] = []

  mutating func beginObject() { seen.append([]) }
  mutating func endObject() { seen.removeLast() }

  /// Comes to a member of the innermost object.
  mutating func enter(_ key: String) {
    path.append(.member(key))
    // Keys are the same when their bytes are.
    guard !seen.isEmpty, !seen[seen.count - 1].insert(Array(key.utf8)).inserted, duplicates.count < Self.maximumDuplicates else { return }
    let place = text
    if duplicates.last != place { duplicates.append(place) }
  }

  /// Comes to an element of the innermost array.
  mutating func enter(_ index: Int) { path.append(.element(index)) }

  mutating func leave() { path.removeLast() }

  private var text: String {
    var text = ""
    for step in path {
      switch step {
      case .member(let key): text += text.isEmpty ? key : "." + key
      case .element(let index): text += "[\(index)]"
      }
    }
    return text
  }
}
