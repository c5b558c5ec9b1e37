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
        edgectl apply -f site/ -R --dry-run=server
        edgectl apply --server-side -f device.yaml
        cat device.yaml | edgectl apply -f -

      A file may hold several objects, in YAML or JSON. All files are read before anything is sent; mistakes are told \
      with file, line and column. Models are applied before devices.
      """
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var files: FileOptions
  @OptionGroup var terminal: TerminalOptions

  @Flag(
    name: .customLong("validate"), inversion: .prefixedNo, help: "Refuse objects with fields that are unknown or wrong.")
  var isStrict = true

  @Flag(help: "Let the server merge, which then knows which client owns which field.")
  var serverSide = false

  @Flag(help: "With --server-side: take over fields that others own.")
  var forceConflicts = false

  @Option(help: ArgumentHelp("The name under which fields are owned.", valueName: "NAME"))
  var fieldManager = "edgectl"

  @OptionGroup var dry: DryRunOption

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: OutputFormat.help, transform: Get.format)
  var output: OutputFormat?

  func validate() throws {
    try files.check()
    if forceConflicts && !serverSide { throw ValidationError("--force-conflicts belongs to --server-side") }
    if serverSide && dry.dryRun == .client { throw ValidationError("--server-side needs the server: use --dry-run=server") }
    if output?.isTable == true { throw ValidationError("apply prints yaml, json, name, jsonpath=… or custom-columns=…") }
  }

  func run() async throws {
    let read = files.read()
    let check = isStrict ? ManifestCheck(read.manifests).errors : []
    guard tell(read.problems + check) else { throw ExitCode(1) }
    var applier = try Applier(client: global.client(), namespace: global.namespace, isStrict: isStrict, fieldManager: fieldManager)
    applier.dryRun = dry.dryRun
    var hasFailed = false
    // What the server warns of for many objects is told once, as kubectl does.
    var warned: Set<String> = []
    var printed: [ObjectPrinter.Answer] = []
    // A model that comes first spares its devices a warning.
    let models = read.manifests.filter { $0.kind == "DeviceModel" }
    for manifest in models + read.manifests.filter({ $0.kind != "DeviceModel" }) {
      do {
        let outcome = try await serverSide ? applier.applyOnServer(manifest, force: forceConflicts) : applier.apply(manifest)
        for warning in outcome.warnings where warned.insert(warning).inserted {
          Output.error.note("Warning: \(DisplayText.safe(warning))")
        }
        if output == nil {
          try Output.standard.write("\(outcome.name) \(outcome.result.rawValue)\(dry.note)\n")
        } else {
          printed.append(ObjectPrinter.Answer(type: outcome.type, document: outcome.object))
        }
      } catch let error as APIError where error.status != nil {
        hasFailed = true
        tell(manifest.problems(error))
        if error.isConflict, error.causes.contains(where: { $0.reason == "FieldManagerConflict" }) {
          Output.error.note(
            "\(manifest.kind) \(manifest.name): others own these fields. Take them over with --force-conflicts, leave them out of the file, "
              + "or give them the values they have.")
        }
      } catch let error as CommandError {
        hasFailed = true
        tell([ManifestProblem(file: manifest.file, manifest.position(of: "kind"), error.description)])
      }
    }
    if let output, !printed.isEmpty {
      var printer = ObjectPrinter(format: output, options: .init())
      if let text = try printer.text(printed, isOne: read.manifests.count == 1) { try Output.standard.write(text) }
    }
    if hasFailed { throw ExitCode(1) }
  }

  /// Whether there are no problems; those that there are have been told.
  @discardableResult
  private func tell(_ problems: [ManifestProblem]) -> Bool {
    let colored = terminal.isColored(.error)
    for problem in problems { Output.error.note(problem.styled.text(colored: colored)) }
    return problems.isEmpty
  }
}
