import APIClient
import ArgumentParser
import JSON

/// `edgectl delete`
struct Delete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete objects.",
    discussion: """
      Examples:
        edgectl delete device temperature
        edgectl delete -f models/temperature/
      """
  )

  @OptionGroup var global: GlobalOptions

  @Option(
    name: [.customShort("f", allowingJoined: true), .customLong("filename")],
    help: ArgumentHelp("Delete the objects in this file or folder, or - for standard input.", valueName: "FILE"))
  var file: [String] = []

  @Flag(help: "An object that isn't there is no failure.")
  var ignoreNotFound = false

  @Argument(help: ArgumentHelp("The kind, for instance device, and the names of the objects.", valueName: "KIND NAME"))
  var names: [String] = []

  func validate() throws {
    guard file.isEmpty != names.isEmpty else { throw ValidationError("name either files with -f, or a kind and a name") }
    if !names.isEmpty { _ = try ObjectNames(names, needsName: true) }
  }

  func run() async throws {
    let client = try global.client()
    var hasFailed = false
    func attempt(_ name: String, _ delete: () async throws -> ResourceType, namespace: String) async throws {
      do {
        let type = try await delete()
        let place = type.isNamespaced ? " from \(namespace) namespace" : ""
        try Output.standard.write("\(type.qualifiedName) \"\(name)\" deleted\(place)\n")
      } catch let error as APIError where error.status != nil {
        if error.isNotFound && ignoreNotFound { return }
        hasFailed = true
        Output.error.note("error: \(error)")
      }
    }
    if file.isEmpty {
      let names = try ObjectNames(names, needsName: true)
      let type = try await Discovery(client: client).type(named: names.kind)
      for name in names.names {
        let namespace = global.namespaceOrDefault
        try await attempt(
          name,
          {
            try await client.delete(type.path(namespace: namespace, name: name))
            return type
          }, namespace: namespace)
      }
    } else {
      let files = ManifestFiles(file)
      guard files.problems.isEmpty else {
        for problem in files.problems { Output.error.note(problem) }
        throw ExitCode(1)
      }
      let applier = Applier(client: client, namespace: global.namespace)
      for manifest in files.manifests {
        try await attempt(
          manifest.name, { try await applier.delete(manifest) }, namespace: manifest.namespace ?? global.namespaceOrDefault)
      }
    }
    if hasFailed { throw ExitCode(1) }
  }
}
