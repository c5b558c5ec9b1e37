internal import Glibc

/// What the process holds: its open descriptors, or its threads.
struct ProcessResources: Sendable {
  enum Kind: Sendable {
    case descriptors, threads

    var word: String { self == .descriptors ? "descriptor" : "thread" }
    fileprivate var folder: String { self == .descriptors ? "/proc/self/fd" : "/proc/self/task" }
  }

  /// Each known by its number and, a descriptor, by what it is open on: numbers are given again.
  private var names: Set<String>

  /// What the process holds now.
  init(_ kind: Kind) {
    names = []
    guard let folder = opendir(kind.folder) else { return }
    defer { closedir(folder) }
    let own = dirfd(folder)
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name.first != ".", kind == .threads || name != "\(own)" else { continue }
      names.insert(kind == .threads ? name : "\(name) \(Self.target("\(kind.folder)/\(name)"))")
    }
  }

  private static func target(_ path: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = readlink(path, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  var isEmpty: Bool { names.isEmpty }

  /// One of them, for people.
  var sample: String? { names.min() }

  func subtracting(_ other: ProcessResources) -> ProcessResources { with(names.subtracting(other.names)) }

  func intersection(_ other: ProcessResources) -> ProcessResources { with(names.intersection(other.names)) }

  private func with(_ names: Set<String>) -> ProcessResources {
    var result = self
    result.names = names
    return result
  }
}
