import APIClient
import ArgumentParser
import JSON

/// `edgectl get`
struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show objects.",
    discussion: """
      Examples:
        edgectl get devices
        edgectl get device temperature -o yaml
        edgectl get device/temperature devicemodel/temperature-model
        edgectl get devices,devicemodels -A
        edgectl get devices -l floor=1 -w
        edgectl get devices --sort-by .spec.nodeName
        edgectl get device temperature -o jsonpath='{.status.twins[?(@.propertyName=="target")].reported.value}'
        edgectl get devices -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName
      """
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var selection: Selection

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: OutputFormat.help, transform: Self.format)
  var output: OutputFormat = .table

  @Flag(name: .shortAndLong, help: "Go on with what changes, until interrupted.")
  var watch = false

  @Flag(help: "Show only what changes from now on.")
  var watchOnly = false

  @Flag(help: "Tell of every watched object whether it was ADDED, MODIFIED or DELETED.")
  var outputWatchEvents = false

  @Flag(help: "Print no header.")
  var noHeaders = false

  @Flag(help: "A last column has the labels.")
  var showLabels = false

  @Option(
    name: [.customShort("L", allowingJoined: true), .long], help: ArgumentHelp("Labels with a column of their own.", valueName: "LABELS"))
  var labelColumns: [String] = []

  @Flag(help: "Keep metadata.managedFields, which says who set which field.")
  var showManagedFields = false

  @Option(help: ArgumentHelp("Sort by a field, for instance .spec.nodeName.", valueName: "PATH"), transform: Self.path)
  var sortBy: JSONPath?

  @Option(help: ArgumentHelp("How many objects are asked for at once; 0 asks for all.", valueName: "NUMBER"))
  var chunkSize = 500

  @Flag(help: "An object that isn't there is no failure.")
  var ignoreNotFound = false

  @Argument(
    help: ArgumentHelp("Kinds, for instance devices, and the names of objects; all unless given.", valueName: "KIND NAME"),
    completion: .custom(Completions.kindsAndNames))
  var words: [String]

  static func format(_ text: String) throws -> OutputFormat {
    do { return try OutputFormat(text) } catch { throw ValidationError(error.description) }
  }

  static func path(_ text: String) throws -> JSONPath {
    do { return try JSONPath(relaxed: text) } catch { throw ValidationError(error.description) }
  }

  private var follows: Bool { watch || watchOnly }

  func validate() throws {
    let names = try ObjectNames(words, needsName: false)
    try selection.check(names)
    if follows, names.targets.count > 1 { throw ValidationError("--watch takes one kind, and one name or none") }
    if chunkSize < 0 { throw ValidationError("--chunk-size takes a number from 0 on") }
    if follows && sortBy != nil { throw ValidationError("what is watched comes as it changes: leave --sort-by or --watch out") }
  }

  func run() async throws {
    let names = try ObjectNames(words, needsName: false)
    let reader = ObjectReader(client: try global.client(), query: selection.query, chunkSize: chunkSize)
    var printer = ObjectPrinter(format: output, options: printerOptions)
    let found = try await read(names, reader, printer)
    let types = Set(found.answers.map(\.type))
    printer.options.namespaces = selection.allNamespaces && types.contains(where: \.isNamespaced)
    printer.options.qualifiesNames = types.count > 1
    if !watchOnly, !found.answers.isEmpty || !found.hasFailed && !ignoreNotFound {
      try show(found.answers, &printer, isOne: names.targets.count == 1 && names.areNamed)
    }
    if found.hasFailed { throw ExitCode(1) }
    if follows, let answer = found.answers.first {
      try await follow(reader, answer, namespace, names.targets.first?.name, printer)
    }
  }

  private var namespace: String? { selection.allNamespaces ? nil : global.namespaceOrDefault }

  private var printerOptions: ObjectPrinter.Options {
    var options = ObjectPrinter.Options()
    options.showsHeader = !noHeaders
    options.showsLabels = showLabels
    options.labelColumns = labelColumns.flatMap { $0.split(separator: ",").map(String.init) }
    options.showsManagedFields = showManagedFields
    options.showsEvents = outputWatchEvents && follows
    options.sortBy = sortBy
    return options
  }

  private struct Found {
    var answers: [ObjectPrinter.Answer] = []
    var hasFailed = false
  }

  /// What isn't there is told at once, and keeps nothing else from being shown.
  private func read(_ names: ObjectNames, _ reader: ObjectReader, _ printer: ObjectPrinter) async throws -> Found {
    var found = Found()
    let discovery = Discovery(client: reader.client)
    for target in names.targets {
      for type in try await discovery.types(named: target.kind) {
        do {
          let document = try await read(target, type, reader, printer)
          found.answers.append(ObjectPrinter.Answer(type: type, document: document, event: printer.options.showsEvents ? "ADDED" : nil))
        } catch let error as APIError where error.status != nil && (names.targets.count > 1 || error.isNotFound) {
          if error.isNotFound && ignoreNotFound { continue }
          found.hasFailed = true
          Output.error.note("error: \(DisplayText.safe(error.message))")
        }
      }
    }
    return found
  }

  private func read(
    _ target: ObjectNames.Target, _ type: ResourceType, _ reader: ObjectReader, _ printer: ObjectPrinter
  ) async throws -> JSONValue {
    guard let name = target.name else {
      return try await reader.list(type, namespace, accept: printer.accept, whole: printer.wantsWholeObjects)
    }
    return try await reader.object(type, namespace, name, accept: printer.accept, whole: printer.wantsWholeObjects)
  }

  private func show(_ answers: [ObjectPrinter.Answer], _ printer: inout ObjectPrinter, isOne: Bool) throws {
    if let text = try printer.text(answers, isOne: isOne) {
      try Output.standard.write(text)
    } else if !follows {
      let isScoped = !selection.allNamespaces && answers.contains { $0.type.isNamespaced }
      Output.error.note(isScoped ? "No resources found in \(global.namespaceOrDefault) namespace." : "No resources found")
    }
  }

  private func follow(
    _ reader: ObjectReader, _ answer: ObjectPrinter.Answer, _ namespace: String?, _ name: String?, _ printer: ObjectPrinter
  ) async throws {
    var printer = printer
    printer.learnColumns(answer)
    var reader = reader
    if let name { reader.query = [("fieldSelector", "metadata.name=\(name)")] }
    var version = answer.document.at("metadata", "resourceVersion")?.string
    while true {
      do {
        let events = try await reader.client.watch(
          answer.type.path(namespace: namespace), resourceVersion: version, query: reader.query, accept: printer.accept)
        for try await event in events {
          version = event.resourceVersion ?? event.object["rows"]?[0]?.at("object", "metadata", "resourceVersion")?.string ?? version
          guard event.type != .bookmark else { continue }
          let answer = ObjectPrinter.Answer(type: answer.type, document: event.object, event: event.type.description)
          if let text = try printer.text([answer], isOne: true) { try Output.standard.write(text) }
        }
      } catch let error as APIError where error.isGone {
        // The server has forgotten what happened since: everything is shown anew.
        let document = try await reader.list(answer.type, namespace, accept: printer.accept)
        version = document.at("metadata", "resourceVersion")?.string
        let answer = ObjectPrinter.Answer(type: answer.type, document: document, event: printer.options.showsEvents ? "ADDED" : nil)
        if let text = try printer.text([answer], isOne: false) { try Output.standard.write(text) }
      }
      try Task.checkCancellation()
    }
  }
}
