import ArgumentParser

/// A kind and names as a user gives them: `device a b`, or `device/a`.
struct ObjectNames: Equatable {
  let kind: String
  let names: [String]

  init(_ words: [String], needsName: Bool) throws {
    guard let first = words.first else { throw ValidationError("name a kind, for instance devices") }
    let parts = first.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    kind = String(parts[0])
    names = parts.dropFirst().map(String.init) + words.dropFirst()
    guard !kind.isEmpty else { throw ValidationError("'\(first)' doesn't name a kind") }
    if needsName && names.isEmpty { throw ValidationError("name the \(kind) as well, for instance: \(kind) temperature") }
    for name in names { try checkName(name, kind) }
  }
}
