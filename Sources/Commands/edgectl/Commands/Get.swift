import APIClient
import ArgumentParser
import Glibc
import JSON
import YAML

/// `edgectl get`
struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show objects.",
    discussion: """
      Examples:
        edgectl get devices
        edgectl get device temperature -o yaml
        edgectl get devices -A -w
      """
  )

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, wide, yaml, json, name
  }

  @OptionGroup var global: GlobalOptions

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: table, wide, yaml, json or name.")
  var output: Format = .table

  @Flag(name: [.customShort("A"), .long], help: "The objects of all namespaces.")
  var allNamespaces = false

  @Flag(name: .shortAndLong, help: "Go on with what changes, until interrupted.")
  var watch = false

  @Flag(help: "Print no header.")
  var noHeaders = false

  @Argument(help: ArgumentHelp("The kind, for instance devices, and the names of objects; all unless given.", valueName: "KIND NAME"))
  var words: [String]

  func validate() throws {
    let names = try ObjectNames(words, needsName: false)
    if watch && names.names.count > 1 { throw ValidationError("--watch takes one name, or none") }
    if allNamespaces && !names.names.isEmpty { throw ValidationError("an object has one namespace: leave -A out, or the name") }
  }

  func run() async throws {
    let client = try global.client()
    let names = try ObjectNames(words, needsName: false)
    let type = try await Discovery(client: client).type(named: names.kind)
    let namespace = allNamespaces ? nil : global.namespaceOrDefault
    var printer = ObjectPrinter(type: type, format: output, namespaces: allNamespaces && type.isNamespaced, showsHeader: !noHeaders)
    if names.names.count == 1 || names.names.isEmpty {
      let path = type.path(namespace: namespace, name: names.names.first)
      let answer = try await client.request("GET", path, accept: printer.accept).checked().json()
      if let text = printer.text(answer) {
        try Output.standard.write(text)
      } else if !watch {
        Output.error.note(
          type.isNamespaced && !allNamespaces ? "No resources found in \(global.namespaceOrDefault) namespace." : "No resources found")
      }
      if watch { try await follow(client, type, namespace, names.names.first, from: answer, printer) }
      return
    }
    var objects: [JSONValue] = []
    var hasFailed = false
    for name in names.names {
      let answer = try await client.request("GET", type.path(namespace: namespace, name: name), accept: printer.accept)
      if answer.isSuccess {
        objects.append(try answer.json())
      } else {
        hasFailed = true
        Output.error.note("error: \(answer.failure)")
      }
    }
    if let text = printer.text(several: objects) { try Output.standard.write(text) }
    if hasFailed { throw ExitCode(1) }
  }

  private func follow(
    _ client: APIClient, _ type: ResourceType, _ namespace: String?, _ name: String?, from answer: JSONValue, _ printer: ObjectPrinter
  ) async throws {
    var printer = printer
    var version = answer.at("metadata", "resourceVersion")?.string
    let query = name.map { [("fieldSelector", "metadata.name=\($0)")] } ?? []
    while true {
      let events = try await client.watch(type.path(namespace: namespace), resourceVersion: version, query: query, accept: printer.accept)
      for try await event in events {
        version = event.resourceVersion ?? event.object["rows"]?[0]?.at("object", "metadata", "resourceVersion")?.string ?? version
        if event.type != .bookmark, let text = printer.text(change: event.object) { try Output.standard.write(text) }
      }
      try Task.checkCancellation()
    }
  }
}
