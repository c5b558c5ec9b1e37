import FoundationEssentials
import Glibc
import YAML

/// Reads the files that `-f` names.
struct ManifestFiles {
  /// The objects found, in the order of the files.
  private(set) var manifests: [Manifest] = []
  /// The documents they are in.
  private(set) var documents: [(file: String, document: YAMLDocument)] = []
  /// Everything that is wrong with the files.
  private(set) var problems: [ManifestProblem] = []

  private static let limits = YAMLLimits(maximumBytes: 64 << 20, maximumNodes: 1_000_000)

  /// Reads files, folders (their `.yaml`, `.yml` and `.json` files in the order of their names), and `-`, standard input.
  ///
  /// - Parameter isRecursive: Whether folders in folders are read too.
  init(_ names: [String], isRecursive: Bool = false) {
    for name in names {
      do {
        for file in try Self.files(name, isRecursive: isRecursive) { add(file) }
      } catch {
        problems.append(error)
      }
    }
    if manifests.isEmpty && problems.isEmpty {
      problems.append(ManifestProblem(file: names.joined(separator: ", "), "there are no objects in it"))
    }
  }

  /// The objects of one text.
  init(text: String, file: String) { add(file, Array(text.utf8)) }

  /// The documents of one file, whatever they are.
  static func documents(_ file: String) throws(ManifestProblem) -> [YAMLDocument] {
    do throws(CommandError) {
      let bytes = try readFile(file)
      do throws(YAMLError) {
        return try YAMLDocument.parseAll(bytes, file: file, limits: Self.limits)
      } catch {
        throw CommandError("\(error.line):\(error.column): \(error.problem)")
      }
    } catch {
      throw ManifestProblem(file: file, error.description)
    }
  }

  private mutating func add(_ file: String) {
    do throws(CommandError) {
      if file == "-" {
        add("<stdin>", try readAll(descriptor: 0, limit: Self.limits.maximumBytes))
      } else {
        add(file, try Self.readFile(file))
      }
    } catch {
      problems.append(ManifestProblem(file: file == "-" ? "<stdin>" : file, error.description))
    }
  }

  private mutating func add(_ file: String, _ bytes: [UInt8]) {
    do {
      for document in try YAMLDocument.parseAll(bytes, file: file, limits: Self.limits) {
        documents.append((file, document))
        let found = Manifest.manifests(in: document, file: file)
        manifests += found.manifests
        problems += found.problems
      }
    } catch {
      problems.append(ManifestProblem(file: error.file, line: error.line, column: error.column, error.problem, reason: "ParseError"))
    }
  }

  private static func files(_ name: String, isRecursive: Bool) throws(ManifestProblem) -> [String] {
    if name == "-" { return [name] }
    var isFolder = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) else {
      throw ManifestProblem(file: name, "no such file or folder")
    }
    guard isFolder else { return [name] }
    var files: [String] = []
    try gather(name.hasSuffix("/") ? String(name.dropLast()) : name, isRecursive, &files)
    guard !files.isEmpty else {
      throw ManifestProblem(
        file: name, "no .yaml, .yml or .json file in this folder\(isRecursive ? "" : "; -R reads the folders in it too")")
    }
    return files
  }

  private static func gather(_ folder: String, _ isRecursive: Bool, _ files: inout [String]) throws(ManifestProblem) {
    let children: [String]
    do {
      children = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw ManifestProblem(file: folder, "the folder can't be read")
    }
    for child in children where !child.hasPrefix(".") {
      let path = "\(folder)/\(child)"
      var isFolder = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
      if isFolder {
        // A link to a folder above would never end.
        if isRecursive, (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil {
          try gather(path, isRecursive, &files)
        }
      } else if [".yaml", ".yml", ".json"].contains(where: child.hasSuffix) {
        files.append(path)
      }
    }
  }

  private static func readFile(_ path: String) throws(CommandError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommandError(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    return try readAll(descriptor: descriptor, limit: limits.maximumBytes)
  }
}

private func readAll(descriptor: Int32, limit: Int) throws(CommandError) -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw CommandError(String(cString: strerror(errno))) }
    if count == 0 { return bytes }
    bytes += buffer[..<count]
    guard bytes.count <= limit else { throw CommandError("longer than \(limit) bytes") }
  }
}
