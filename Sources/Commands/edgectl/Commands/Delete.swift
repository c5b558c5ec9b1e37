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
        edgectl delete device/pump devicemodel/pump-model
        edgectl delete devices -l floor=1
        edgectl delete devices --all
        edgectl delete -f models/temperature/

      It comes back when the objects are gone: one with finalizers waits for whoever holds it. --wait=false doesn't.
      """
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var files: FileOptions
  @OptionGroup var selection: Selection

  @Flag(help: "All objects of the kind.")
  var all = false

  @Flag(help: "An object that isn't there is no failure.")
  var ignoreNotFound = false

  @Option(help: "Whether to wait until the objects are gone: true or false.")
  var wait = true

  @Option(help: ArgumentHelp("How long to wait for each object, for instance 30s; without, as long as it takes.", valueName: "TIME"))
  var timeout: Timeout = .none

  @OptionGroup var dry: DryRunOption

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "With name, print only the names.")
  var output: NameFormat?

  enum NameFormat: String, ExpressibleByArgument, CaseIterable { case name }

  @Argument(
    help: ArgumentHelp("The kind, for instance device, and the names of the objects.", valueName: "KIND NAME"),
    completion: .custom(Completions.kindsAndNames))
  var names: [String] = []

  private var isSelecting: Bool { all || selection.isSelective }

  func validate() throws {
    guard files.file.isEmpty != names.isEmpty else { throw ValidationError("name either files with -f, or a kind and a name") }
    guard !names.isEmpty else { return }
    let parsed = try ObjectNames(names, needsName: false)
    if parsed.areNamed {
      if all { throw ValidationError("name objects, or delete --all of them, not both") }
      try selection.check(parsed)
    } else if !isSelecting {
      throw ValidationError("name the \(parsed.kind) as well, for instance: \(parsed.kind) temperature; or select them with -l or --all")
    }
  }

  private struct Victim {
    var type: ResourceType
    var namespace: String
    var name: String
  }

  func run() async throws {
    let client = try global.client()
    var hasFailed = false
    var victims: [Victim] = []
    if !files.file.isEmpty {
      let read = files.read()
      guard read.problems.isEmpty else {
        for problem in read.problems { Output.error.note(DisplayText.safe("\(problem)")) }
        throw ExitCode(1)
      }
      let applier = Applier(client: client, namespace: global.namespace)
      for manifest in read.manifests {
        let type = try await applier.path(of: manifest).type
        victims.append(Victim(type: type, namespace: manifest.namespace ?? global.namespaceOrDefault, name: manifest.name))
      }
    } else {
      victims = try await chosen(client)
      if victims.isEmpty { Output.error.note("No resources found") }
    }
    var gone: [(Victim, uid: String?)] = []
    for victim in victims {
      do {
        if let uid = try await delete(victim, client) { gone.append((victim, uid)) }
      } catch let error as APIError where error.status != nil {
        if error.isNotFound && (ignoreNotFound || isSelecting) { continue }
        hasFailed = true
        Output.error.note("error: \(DisplayText.safe(error.message))")
      }
    }
    guard wait, dry.dryRun == .none else {
      if hasFailed { throw ExitCode(1) }
      return
    }
    for (victim, uid) in gone { try await self.wait(for: victim, uid: uid, client) }
    if hasFailed { throw ExitCode(1) }
  }

  private func chosen(_ client: APIClient) async throws -> [Victim] {
    let discovery = Discovery(client: client)
    var victims: [Victim] = []
    let reader = ObjectReader(client: client, query: selection.query)
    for target in try ObjectNames(names, needsName: false).targets {
      let type = try await discovery.type(named: target.kind)
      if let name = target.name {
        victims.append(Victim(type: type, namespace: global.namespaceOrDefault, name: name))
        continue
      }
      let namespace = selection.allNamespaces ? nil : global.namespaceOrDefault
      let list = try await reader.list(type, namespace, accept: "application/json")
      victims += (list["items"]?.array ?? []).compactMap { object in
        object.at("metadata", "name")?.string.map {
          Victim(type: type, namespace: object.at("metadata", "namespace")?.string ?? global.namespaceOrDefault, name: $0)
        }
      }
    }
    return victims
  }

  /// Has an object deleted and returns its uid, empty when the server tells none.
  private func delete(_ victim: Victim, _ client: APIClient) async throws -> String? {
    let path = victim.type.path(namespace: victim.namespace, name: victim.name)
    var uid = ""
    if dry.dryRun == .client {
      _ = try await client.get(path)
    } else {
      let query = dry.dryRun == .server ? [("dryRun", "All")] : []
      let answer = try await client.delete(path, query: query)
      uid = (answer.at("metadata", "uid") ?? answer.at("details", "uid"))?.string ?? ""
    }
    if output == .name {
      try Output.standard.write("\(victim.type.qualifiedName)/\(victim.name)\n")
    } else {
      let place = victim.type.isNamespaced ? " from \(victim.namespace) namespace" : ""
      try Output.standard.write("\(victim.type.qualifiedName) \"\(victim.name)\" deleted\(place)\(dry.note)\n")
    }
    return uid
  }

  private func wait(for victim: Victim, uid: String?, _ client: APIClient) async throws {
    let answer = try await client.request("GET", victim.type.path(namespace: victim.namespace, name: victim.name))
    @Sendable func look(_ object: JSONValue?) -> ObjectWait.Look {
      guard let object else { return .met }
      // Another object of the same name is none of ours.
      if let uid, !uid.isEmpty, object.at("metadata", "uid")?.string != uid { return .met }
      let finalizers = (object.at("metadata", "finalizers")?.array ?? []).compactMap(\.string)
      return .pending(finalizers.isEmpty ? "" : "it is held by the finalizers \(finalizers.joined(separator: ", "))")
    }
    if answer.isNotFound { return }
    if case .met = look(try answer.checked().json()) { return }
    let waiting = ObjectWait(client: client, type: victim.type, namespace: victim.namespace, name: victim.name)
    if case .timeout(let why) = try await waiting.wait(timeout: timeout.duration, until: look) {
      throw CommandError(
        "timed out waiting for the condition on \(victim.type.plural)/\(victim.name)" + (why.isEmpty ? "" : ": \(DisplayText.safe(why))"))
    }
  }
}
