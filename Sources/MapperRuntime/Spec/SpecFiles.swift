internal import Glibc

/// The files that describe devices, as they are on the disk; every call blocks.
enum SpecFiles {
  /// By what a change of files shows.
  struct Fingerprint: Sendable, Hashable {
    fileprivate struct Entry: Hashable {
      var path: String
      var device: UInt
      var node: UInt
      var size: Int
      var modified: [Int]
      var error: Int32
    }
    fileprivate var entries: [Entry] = []
  }

  /// The length of a file, in bytes.
  static let maximumBytes = 4 << 20
  /// How many files a folder may have.
  static let maximumFiles = 4096
  /// The length of all files together, in bytes.
  static let maximumTotal = 64 << 20

  private static let suffixes = [".yaml", ".yml", ".json"]

  /// The files that a path means: itself, or what it has when it is a folder, in the order of their names.
  static func list(_ path: String) throws(SpecProblem) -> [String] {
    var info = stat()
    guard stat(path, &info) == 0 else { throw problem(path, errno) }
    guard info.st_mode & S_IFMT == S_IFDIR else { return [path] }
    guard let folder = opendir(path) else { throw problem(path, errno) }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard !name.hasPrefix("."), suffixes.contains(where: { name.hasSuffix($0) }) else { continue }
      guard names.count < maximumFiles else {
        throw SpecProblem(file: path, problem: "the folder has more than \(maximumFiles) files; none of them is read")
      }
      names.append(name)
    }
    guard errno == 0 else { throw problem(path, errno) }
    let prefix = path.hasSuffix("/") ? path : "\(path)/"
    return names.sorted().map { prefix + $0 }
  }

  /// What the files look like now, without reading them.
  static func fingerprint(_ path: String) -> Fingerprint {
    var fingerprint = Fingerprint()
    fingerprint.entries.append(entry(path))
    for file in (try? list(path)) ?? [] where file != path { fingerprint.entries.append(entry(file)) }
    return fingerprint
  }

  private static func entry(_ path: String) -> Fingerprint.Entry {
    var info = stat()
    guard stat(path, &info) == 0 else {
      return Fingerprint.Entry(path: path, device: 0, node: 0, size: 0, modified: [], error: errno)
    }
    return Fingerprint.Entry(
      path: path, device: UInt(info.st_dev), node: UInt(info.st_ino), size: Int(info.st_size),
      modified: [info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec], error: 0)
  }

  /// Reads the files.
  ///
  /// - Throws: ``SpecProblem`` when it can't be told which files there are; a file's own problem stands with it.
  static func read(_ path: String) throws(SpecProblem) -> [SpecFile] {
    var total = 0
    return try list(path).map { file in
      let content = Result { () throws(SpecProblem) in try readFile(file) }
      if case .success(let bytes) = content { total += bytes.count }
      if total > maximumTotal {
        return SpecFile(
          path: file,
          content: .failure(SpecProblem(file: file, problem: "not read: the files have more than \(maximumTotal) bytes together")))
      }
      return SpecFile(path: file, content: content)
    }
  }

  private static func readFile(_ path: String) throws(SpecProblem) -> [UInt8] {
    // Opening a pipe that nobody writes to would block.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw problem(path, errno) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw problem(path, errno) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw SpecProblem(file: path, problem: "is not a regular file") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(Int(info.st_size), maximumBytes) + 1)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw problem(path, errno) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= maximumBytes else { throw SpecProblem(file: path, problem: "is longer than \(maximumBytes) bytes") }
    }
  }

  private static func problem(_ path: String, _ code: Int32) -> SpecProblem {
    SpecProblem(file: path, problem: "can't be read: \(String(cString: strerror(code)))")
  }
}

extension SpecFiles {
  /// The folders to watch for changes of the files that a path means, each with the names that count, or `nil` for all.
  static func folders(of path: String) -> [String: Set<String>?] {
    var folders: [String: Set<String>?] = [:]
    func add(_ file: String) {
      let (folder, name) = split(file)
      // A ConfigMap or Secret in a container is changed by renaming this link, to which the files in it point.
      guard let names = folders[folder] ?? [] else { return }
      folders[folder] = .some(names.union([name, "..data"]))
    }
    add(path)
    var files = [path]
    var info = stat()
    if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR {
      folders.updateValue(nil, forKey: path)
      files += (try? list(path)) ?? []
    }
    for file in files {
      guard folders.count < maximumFolders else { break }
      guard lstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFLNK, let target = realpath(file, nil) else { continue }
      add(String(cString: target))
      free(target)
    }
    return folders
  }

  private static let maximumFolders = 64

  private static func split(_ path: String) -> (folder: String, name: String) {
    var bare = path[...]
    while bare.count > 1, bare.last == "/" { bare = bare.dropLast() }
    guard let slash = bare.lastIndex(of: "/") else { return (".", String(bare)) }
    let folder = bare[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(bare[bare.index(after: slash)...]))
  }
}
