import APIClient
import ArgumentParser
import JSON

/// `edgectl wait`
struct Wait: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Wait until objects are as they should be.",
    discussion: """
      Examples:
        edgectl wait device/temperature --for=condition=Synced
        edgectl wait device temperature --for=condition=Ready=False --timeout=2m
        edgectl wait device/temperature --for=jsonpath='{.status.state}'=online
        edgectl wait devices -l floor=1 --for=condition=Ready
        edgectl wait device/temperature --for=delete

      Exits with 1 when it isn't so in time, and says why.
      """
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var selection: Selection

  @Flag(help: "All objects of the kind.")
  var all = false

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "What to wait for: condition=TYPE[=STATUS], jsonpath='{PATH}'[=VALUE], create or delete.", valueName: "WHAT"),
    transform: Self.condition)
  var goal: WaitGoal

  @Option(help: ArgumentHelp("How long to wait for each object, for instance 2m; 0 looks once.", valueName: "TIME"))
  var timeout: Timeout = .seconds(30)

  @Argument(
    help: ArgumentHelp("The kind, for instance device, and the names of the objects.", valueName: "KIND NAME"),
    completion: .custom(Completions.kindsAndNames))
  var names: [String]

  static func condition(_ text: String) throws -> WaitGoal {
    do { return try WaitGoal(text) } catch { throw ValidationError(error.description) }
  }

  func validate() throws {
    let names = try ObjectNames(names, needsName: false)
    try selection.check(names)
    if !names.areNamed && !all && !selection.isSelective {
      throw ValidationError("name the \(names.kind) as well, for instance: \(names.kind)/temperature; or select them with -l or --all")
    }
  }

  func run() async throws {
    let client = try global.client()
    let discovery = Discovery(client: client)
    var hasFailed = false
    for target in try ObjectNames(names, needsName: false).targets {
      let type = try await discovery.type(named: target.kind)
      var objects: [(namespace: String, name: String)] = []
      if let name = target.name {
        objects = [(global.namespaceOrDefault, name)]
      } else {
        let list = try await ObjectReader(client: client, query: selection.query).list(
          type, selection.allNamespaces ? nil : global.namespaceOrDefault, accept: "application/json")
        objects = (list["items"]?.array ?? []).map {
          ($0.at("metadata", "namespace")?.string ?? global.namespaceOrDefault, $0.at("metadata", "name")?.string ?? "")
        }
        if objects.isEmpty, goal != .deletion { throw CommandError("no matching resources found") }
      }
      for (namespace, name) in objects {
        if try await !wait(ObjectWait(client: client, type: type, namespace: namespace, name: name)) { hasFailed = true }
      }
    }
    if hasFailed { throw ExitCode(1) }
  }

  private func wait(_ object: ObjectWait) async throws -> Bool {
    let goal = goal
    // What isn't there can't become anything, unless it is to be made or to go.
    if goal != .deletion, goal != .creation {
      _ = try await object.client.get(object.type.path(namespace: object.namespace, name: object.name))
    }
    switch try await object.wait(timeout: timeout.duration, until: { goal.look($0) }) {
    case .met:
      try Output.standard.write("\(object.type.qualifiedName)/\(object.name) condition met\n")
      return true
    case .timeout(let why):
      let reason = why.isEmpty ? "" : ": \(DisplayText.safe(why))"
      Output.error.note("error: timed out waiting for the condition on \(object.type.plural)/\(object.name)\(reason)")
      return false
    }
  }
}

/// What `edgectl wait` waits for.
enum WaitGoal: Hashable {
  case condition(type: String, status: String)
  case path(JSONPath, value: String?)
  case creation
  case deletion

  init(_ text: String) throws(JSONPath.Failure) {
    func fails(_ why: String) -> JSONPath.Failure { JSONPath.Failure(description: why) }
    switch text.lowercased() {
    case "delete": self = .deletion
    case "create": self = .creation
    case let lowered where lowered.hasPrefix("condition="):
      let parts = text.dropFirst("condition=".count).split(separator: "=", maxSplits: 1).map(String.init)
      guard let type = parts.first else { throw fails("a condition is missing, for instance condition=Synced") }
      self = .condition(type: type, status: parts.count == 2 ? parts[1] : "true")
    case let lowered where lowered.hasPrefix("jsonpath="):
      let rest = text.dropFirst("jsonpath=".count)
      let end = rest.first == "{" ? rest.lastIndex(of: "}").map(rest.index(after:)) : rest.firstIndex(of: "=") ?? rest.endIndex
      guard let end, end != rest.startIndex else { throw fails("a path is missing, for instance jsonpath='{.status.state}'=online") }
      let value = rest[end...]
      guard value.isEmpty || value.hasPrefix("=") && value.count > 1 else {
        throw fails("a value is missing after '=', for instance jsonpath='{.status.state}'=online")
      }
      self = .path(try JSONPath(relaxed: String(rest[..<end])), value: value.isEmpty ? nil : String(value.dropFirst()))
    default: throw fails("'\(text)' is not one of condition=TYPE, jsonpath='{PATH}'=VALUE, create and delete")
    }
  }

  /// Whether an object is as it should be; `nil` is one that isn't there.
  func look(_ object: JSONValue?) -> ObjectWait.Look {
    switch self {
    case .creation: return object == nil ? .pending("it isn't there") : .met
    case .deletion:
      guard let object else { return .met }
      let finalizers = (object.at("metadata", "finalizers")?.array ?? []).compactMap(\.string)
      return .pending(finalizers.isEmpty ? "" : "it is held by the finalizers \(finalizers.joined(separator: ", "))")
    case .condition(let type, let status):
      guard let object else { return .pending("it is gone") }
      let conditions = object.at("status", "conditions")?.array ?? []
      guard let condition = conditions.first(where: { $0["type"]?.string?.lowercased() == type.lowercased() }) else {
        let types = conditions.compactMap { $0["type"]?.string }
        return .pending("it has no condition \(type)" + (types.isEmpty ? "" : ", only \(types.joined(separator: ", "))"))
      }
      let generation = object.at("metadata", "generation")?.integer
      if let observed = (condition["observedGeneration"] ?? object.at("status", "observedGeneration"))?.integer, let generation,
        observed < generation
      {
        return .pending("\(type) is about generation \(observed), not \(generation)")
      }
      let value = condition["status"]?.string ?? ""
      if value.lowercased() == status.lowercased() { return .met }
      let words = [condition["reason"]?.string, condition["message"]?.string].compactMap { $0.flatMap { $0.isEmpty ? nil : $0 } }
      return .pending((["\(type) is \(value)"] + words).joined(separator: ": "))
    case .path(let path, let wanted):
      guard let object else { return .pending("it is gone") }
      let values: [JSONValue]
      do { values = try path.values(object) } catch { return .pending(error.description) }
      guard let value = values.first else { return .pending("there is no \(path.template)") }
      guard let wanted else { return .met }
      if values.count > 1 { return .never("\(path.template) gives \(values.count) values, and one can be compared") }
      if value.object != nil || value.array != nil { return .never("\(path.template) is no simple value") }
      return value.goText == wanted ? .met : .pending("\(path.template) is \(value.goText)")
    }
  }
}
