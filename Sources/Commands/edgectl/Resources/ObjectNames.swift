import ArgumentParser

/// Kinds and names as a user gives them: `device a b`, `device/a devicemodel/b`, or `devices,devicemodels`.
struct ObjectNames: Equatable {
  /// What is asked of one kind: objects by name, or all of them.
  struct Target: Equatable {
    var kind: String
    var name: String?
  }

  let targets: [Target]

  /// The kind, where there is one.
  var kind: String { targets.first?.kind ?? "" }
  /// The names, where there is one kind.
  var names: [String] { targets.compactMap(\.name) }
  /// Whether objects are asked for by name.
  var areNamed: Bool { targets.first?.name != nil }
  /// Whether there are several kinds.
  var haveKinds: Bool { Set(targets.map(\.kind)).count > 1 }

  init(_ words: [String], needsName: Bool) throws {
    guard let first = words.first else { throw ValidationError("name a kind, for instance devices") }
    if words.contains(where: { $0.contains("/") }) {
      // `device/a b` is `device a b`; every later word with a slash brings a kind of its own.
      var kind = ""
      targets = try words.map { word in
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { kind = String(parts[0]) }
        guard !kind.isEmpty else {
          let other = words.first { $0.contains("/") } ?? word
          guard words.count == 1 || word == other else {
            throw ValidationError("'\(other)' can't be a name: write \(word)/NAME, or \(word) NAME; --namespace names the namespace")
          }
          throw ValidationError("'\(word)' doesn't name a kind: write KIND/NAME, or KIND NAME")
        }
        return Target(kind: kind, name: String(parts[parts.count - 1]))
      }
    } else {
      let kinds = first.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard kinds.allSatisfy({ !$0.isEmpty }) else { throw ValidationError("'\(first)' doesn't name a kind") }
      let names = words.dropFirst()
      if needsName && names.isEmpty {
        throw ValidationError("name the \(kinds[0]) as well, for instance: \(kinds[0]) temperature")
      }
      targets = kinds.flatMap { kind in
        names.isEmpty ? [Target(kind: kind)] : names.map { Target(kind: kind, name: $0) }
      }
    }
    for target in targets { if let name = target.name { try checkName(name, target.kind) } }
  }
}
