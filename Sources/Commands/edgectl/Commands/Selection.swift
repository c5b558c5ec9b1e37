import ArgumentParser

/// Which objects of a kind are meant.
struct Selection: ParsableArguments {
  @Option(
    name: [.customShort("l", allowingJoined: true), .customLong("selector")],
    help: ArgumentHelp("Only objects with these labels, for instance floor=1,room!=7.", valueName: "LABELS"))
  var labels: String?

  @Option(
    name: .customLong("field-selector"),
    help: ArgumentHelp("Only objects with these fields, for instance spec.nodeName=edge-1.", valueName: "FIELDS"))
  var fields: String?

  @Flag(name: [.customShort("A"), .long], help: "The objects of all namespaces.")
  var allNamespaces = false

  /// Whether objects are chosen by more than their kind.
  var isSelective: Bool { labels != nil || fields != nil }

  /// The items of a query.
  var query: [(String, String)] {
    var query: [(String, String)] = []
    if let labels { query.append(("labelSelector", labels)) }
    if let fields { query.append(("fieldSelector", fields)) }
    return query
  }

  /// Refuses selectors beside names, which leave nothing to select.
  func check(_ names: ObjectNames) throws {
    guard names.areNamed else { return }
    if allNamespaces { throw ValidationError("an object has one namespace: leave -A out, or the name") }
    if isSelective { throw ValidationError("name objects, or select them with -l or --field-selector, not both") }
  }
}
