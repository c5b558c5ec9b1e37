import APIClient
import ArgumentParser
import JSON

/// `edgectl apply`
struct Apply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Create or update objects from files.",
    discussion: """
      Examples:
        edgectl apply -f device.yaml
        edgectl apply -f models/temperature/
        cat device.yaml | edgectl apply -f -

      A file may hold several objects, in YAML or JSON. All files are read before anything is sent; mistakes are told \
      with file, line and column. Models are applied before devices.
      """
  )

  @OptionGroup var global: GlobalOptions

  @Option(
    name: [.customShort("f", allowingJoined: true), .customLong("filename")],
    help: ArgumentHelp("A file, a folder, or - for standard input.", valueName: "FILE"))
  var file: [String]

  @Flag(inversion: .prefixedNo, help: "Refuse objects with fields that are unknown or wrong.")
  var validate = true

  func run() async throws {
    let files = ManifestFiles(file)
    let problems = files.problems + (validate ? ManifestCheck.problems(files.manifests).map(\.description) : [])
    guard problems.isEmpty else {
      for problem in problems { Output.error.note(DisplayText.safe(problem)) }
      throw ExitCode(1)
    }
    let applier = try Applier(client: global.client(), namespace: global.namespace, isStrict: validate)
    var hasFailed = false
    // What the server warns of for many objects is told once, as kubectl does.
    var warned: Set<String> = []
    // A model that comes first spares its devices a warning.
    for manifest in files.manifests.filter({ $0.kind == "DeviceModel" }) + files.manifests.filter({ $0.kind != "DeviceModel" }) {
      do {
        let outcome = try await applier.apply(manifest)
        for warning in outcome.warnings where warned.insert(warning).inserted {
          Output.error.note("Warning: \(DisplayText.safe(warning))")
        }
        try Output.standard.write("\(outcome.name) \(outcome.result.rawValue)\n")
      } catch let error as APIError where error.status != nil {
        hasFailed = true
        for problem in manifest.problems(error) { Output.error.note(DisplayText.safe("\(problem)")) }
      } catch let error as CommandError {
        hasFailed = true
        Output.error.note("\(ManifestProblem(file: manifest.file, manifest.position(of: "kind"), error.description))")
      }
    }
    if hasFailed { throw ExitCode(1) }
  }
}
