import APIClient
import ArgumentParser
import JSON

/// `edgectl describe`
struct Describe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show all that is known of objects, with their events.",
    discussion: """
      Examples:
        edgectl describe device temperature
        edgectl describe devices -l floor=1
        edgectl describe devicemodel/temperature-model

      Of a device it shows its conditions, every property with what is desired and reported and since when, and the events, \
      which tell why a value doesn't move.
      """
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var selection: Selection
  @OptionGroup var terminal: TerminalOptions

  @Flag(inversion: .prefixedNo, help: "Show the events.")
  var showEvents = true

  @Argument(
    help: ArgumentHelp("Kinds, for instance devices, and the names of objects; all unless given.", valueName: "KIND NAME"),
    completion: .custom(Completions.kindsAndNames))
  var words: [String]

  func validate() throws { try selection.check(try ObjectNames(words, needsName: false)) }

  func run() async throws {
    let client = try global.client()
    let names = try ObjectNames(words, needsName: false)
    let reader = ObjectReader(client: client, query: selection.query)
    let discovery = Discovery(client: client)
    let namespace = selection.allNamespaces ? nil : global.namespaceOrDefault
    var objects: [(ResourceType, JSONValue)] = []
    var hasFailed = false
    for target in names.targets {
      for type in try await discovery.types(named: target.kind) {
        guard let name = target.name else {
          let list = try await reader.list(type, namespace, accept: "application/json")
          objects += (list["items"]?.array ?? []).map { (type, $0) }
          continue
        }
        do {
          objects.append((type, try await reader.object(type, namespace, name, accept: "application/json")))
        } catch let error as APIError where error.isNotFound {
          hasFailed = true
          Output.error.note("error: \(DisplayText.safe(error.message))")
        }
      }
    }
    if objects.isEmpty && !hasFailed {
      Output.error.note(namespace.map { "No resources found in \($0) namespace." } ?? "No resources found")
    }
    let colored = terminal.isColored(.standard)
    for (index, (type, object)) in objects.enumerated() {
      if index > 0 { try Output.standard.write("\n\n") }
      let text = try await text(type, object, client)
      try Output.standard.write(text.lines.map { $0.text(colored: colored) + "\n" }.joined())
    }
    if hasFailed { throw ExitCode(1) }
  }

  private func text(_ type: ResourceType, _ object: JSONValue, _ client: APIClient) async throws -> DescriptionText {
    var object = object
    if object["kind"] == nil { object["kind"] = .string(type.kind) }
    if object["apiVersion"] == nil { object["apiVersion"] = .string(type.groupVersion) }
    var text = DescriptionText()
    let now = WallTime.now
    let namespace = object.at("metadata", "namespace")?.string
    func path(_ resource: String, _ name: String? = nil) -> String {
      APIClient.path(group: "devices.kubeedge.io", version: "v1beta1", resource: resource, namespace: namespace, name: name)
    }
    switch (type.groupVersion, type.kind) {
    case ("devices.kubeedge.io/v1beta1", "Device"):
      var model: JSONValue?
      if let name = object.at("spec", "deviceModelRef", "name")?.string, !name.isEmpty, !name.contains("/") {
        let answer = try await client.request("GET", path("devicemodels", name))
        model = answer.isSuccess ? try answer.json() : nil
      }
      DeviceDescription(device: object, model: model, now: now).add(to: &text)
    case ("devices.kubeedge.io/v1beta1", "DeviceModel"):
      let name = object.at("metadata", "name")
      let devices = try await client.list(path("devices")).items.filter { $0.at("spec", "deviceModelRef", "name") == name }
      ModelDescription(model: object, devices: devices.compactMap { $0.at("metadata", "name")?.string }, now: now).add(to: &text)
    default:
      let description = ObjectDescription(object: object, now: now)
      description.addHead(to: &text)
      description.addContent(to: &text)
    }
    if showEvents { EventList(events: try await events(of: object, client), now: now).add(to: &text) }
    return text
  }

  private func events(of object: JSONValue, _ client: APIClient) async throws -> [JSONValue] {
    let metadata = object["metadata"]
    let namespace = metadata?["namespace"]?.string
    var fields = [("name", metadata?["name"]?.string), ("kind", object["kind"]?.string), ("uid", metadata?["uid"]?.string)]
    fields.append(("namespace", namespace))
    let selector = fields.compactMap { field in field.1.map { "involvedObject.\(field.0)=\($0)" } }.joined(separator: ",")
    let answer = try await client.request(
      "GET", APIClient.path(group: "", version: "v1", resource: "events", namespace: namespace ?? "default"),
      query: [("fieldSelector", selector), ("limit", "500")])
    return answer.isSuccess ? try answer.json()["items"]?.array ?? [] : []
  }
}
