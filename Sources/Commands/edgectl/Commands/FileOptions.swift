import ArgumentParser

/// The files that a command reads.
struct FileOptions: ParsableArguments {
  @Option(
    name: [.customShort("f", allowingJoined: true), .customLong("filename")],
    help: ArgumentHelp("A file, a folder, or - for standard input.", valueName: "FILE"),
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var file: [String] = []

  @Flag(name: [.customShort("R"), .long], help: "Read the folders in folders too.")
  var recursive = false

  /// Refuses to work on nothing.
  func check() throws {
    if file.isEmpty { throw ValidationError("name the files with -f, for instance -f device.yaml") }
    if file.count(where: { $0 == "-" }) > 1 { throw ValidationError("standard input can be read once: give -f - once") }
  }

  /// Reads them.
  func read() -> ManifestFiles { ManifestFiles(file, isRecursive: recursive) }
}
