import FoundationEssentials
import Glibc
import YAML

/// Reads the files that `-f` names.
struct ManifestFiles {
  /// The objects found, in the order of the files.
  private(set) var manifests: [Manifest] = []
  /// Everything that is wrong with the files, as lines for the user.
  private(set) var problems: [String] = []

  private static let maximumBytes = 4 << 20

  /// Reads files, folders (their `.yaml`, `.yml` and `.json` files in the order of their names), and `-`, standard input.
  init(_ names: [String]) {
    for name in names {
      do {
        for (file, data) in try Self.read(name) { add(file, data) }
      } catch {
        problems.append("\(error)")
      }
    }
    if manifests.isEmpty && problems.isEmpty { problems.append("no objects in \(names.joined(separator: ", "))") }
  }

  /// The objects of one text.
  init(text: String, file: String) { add(file, Array(text.utf8)) }

  private mutating func add(_ file: String, _ bytes: [UInt8]) {
    let documents: [YAMLDocument]
    do {
      documents = try YAMLDocument.parseAll(bytes, file: file)
    } catch {
      problems.append("\(error)")
      return
    }
    for document in documents {
      do {
        manifests += try Manifest.manifests(in: document, file: file)
      } catch {
        problems.append("\(error)")
      }
    }
  }

  private static func read(_ name: String) throws -> [(String, [UInt8])] {
    if name == "-" {
      do {
        return [("<stdin>", try readAll(descriptor: 0, limit: maximumBytes))]
      } catch {
        throw CommandError("cannot read standard input: \(error)")
      }
    }
    var isFolder = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) else {
      throw CommandError("\(name): no such file or folder")
    }
    guard isFolder else { return [(name, try readFile(name))] }
    let children = try FileManager.default.contentsOfDirectory(atPath: name).sorted().filter {
      !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml") || $0.hasSuffix(".json"))
    }
    guard !children.isEmpty else { throw CommandError("\(name): no .yaml, .yml or .json file in this folder") }
    let folder = name.hasSuffix("/") ? String(name.dropLast()) : name
    return try children.map { ("\(folder)/\($0)", try readFile("\(folder)/\($0)")) }
  }

  private static func readFile(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommandError("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    do {
      return try readAll(descriptor: descriptor, limit: maximumBytes)
    } catch {
      throw CommandError("\(path): \(error)")
    }
  }
}

private func readAll(descriptor: Int32, limit: Int) throws -> [UInt8] {
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
