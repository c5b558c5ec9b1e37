import Glibc

/// A package for a new driver, which builds and passes its tests as it is.
struct NewPackage {
  let names: DriverNames
  let sdk: SDKLocation

  /// What is in it.
  var files: [GeneratedFile] {
    [
      package, driver, connection, socket, simulator, main, simulate, tests, simulated, model, device, dockerfile, deployment, ci, readme,
      swiftFormat, gitignore,
    ]
  }

  /// Writes it into a folder that isn't there yet.
  ///
  /// - Throws: ``CommandError`` when it is there, or can't be written; what was written then stays.
  func write(to folder: String) throws(CommandError) {
    guard mkdir(folder, 0o777) == 0 else {
      if errno == EEXIST { throw CommandError("\(folder) is already there; nothing was written. Choose another with --directory") }
      throw Self.failure("make the folder", folder)
    }
    for file in files {
      let path = "\(folder)/\(file.path)"
      try Self.makeFolders(of: file.path, in: folder)
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.isExecutable ? 0o777 : 0o666)
      guard descriptor >= 0 else { throw Self.failure("write", path) }
      defer { close(descriptor) }
      var rest = Array(file.text.utf8)[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw Self.failure("write", path) }
        rest = rest.dropFirst(count)
      }
    }
  }

  private static func makeFolders(of path: String, in folder: String) throws(CommandError) {
    var made = folder
    for part in path.split(separator: "/").dropLast() {
      made += "/\(part)"
      guard mkdir(made, 0o777) == 0 || errno == EEXIST else { throw failure("make the folder", made) }
    }
  }

  private static func failure(_ what: String, _ path: String) -> CommandError {
    CommandError("cannot \(what) \(path): \(String(cString: strerror(errno)))")
  }

  /// Import lines in the order that the formatter wants, whatever the driver is called.
  func imports(_ modules: String...) -> String { modules.sorted().map { "import \($0)" }.joined(separator: "\n") }
}
