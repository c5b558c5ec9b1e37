import ArgumentParser
import DeviceAPI

/// `edgectl explain`
struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a kind's fields mean.",
    discussion: """
      Examples:
        edgectl explain device
        edgectl explain device.spec.properties
        edgectl explain devicemodel.spec --recursive
        edgectl explain device.spec --api-version v1alpha2
        edgectl explain device.spec.protocol.configData --protocol modbus

      Needs no server, unless a driver's own fields are asked for with --protocol.
      """
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var terminal: TerminalOptions

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("Explain configurations as the driver of this protocol reads them, whose mapper told the server.", valueName: "NAME")
  )
  var protocolName: String?

  @Option(
    help: ArgumentHelp("Explain configurations as the driver reads them whose mapper printed this.", valueName: "FILE"),
    completion: .file(extensions: ["json", "yaml"]))
  var driverSchema: String?

  @Flag(help: "Name all fields below, without what they mean.")
  var recursive = false

  @Option(
    help: ArgumentHelp("The version of the API, for instance v1alpha2.", valueName: "VERSION"), completion: .list(["v1beta1", "v1alpha2"]))
  var apiVersion: String?

  @Argument(
    help: ArgumentHelp("A kind and a field of it, for instance device.spec.properties.", valueName: "KIND[.FIELD]"),
    completion: .list(ResourceKind.allCases.map(\.singular)))
  var what: String

  private func target() throws -> (kind: ResourceKind, version: APIVersion, path: [String]) {
    let parts = what.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let name = parts[0].lowercased()
    guard let kind = ResourceKind.allCases.first(where: { ([$0.singular, $0.plural] + $0.shortNames).contains(name) }) else {
      let kinds = ResourceKind.allCases.map(\.singular).joined(separator: ", ")
      throw ValidationError("'\(parts[0])' is not one of \(kinds); for the kinds of another server use kubectl explain")
    }
    guard !parts.contains("") else { throw ValidationError("'\(what)' has an empty part") }
    guard let apiVersion else { return (kind, kind.versions.last ?? .v1beta1, Array(parts.dropFirst())) }
    guard let version = APIVersion(rawValue: apiVersion) ?? APIVersion(groupVersion: apiVersion) else {
      throw ValidationError("'\(apiVersion)' is not one of \(kind.versions.reversed().map(\.rawValue).joined(separator: ", "))")
    }
    return (kind, version, Array(parts.dropFirst()))
  }

  func validate() throws {
    _ = try target()
    if protocolName != nil && driverSchema != nil { throw ValidationError("give --protocol or --driver-schema, not both") }
  }

  func run() async throws {
    let (kind, version, path) = try target()
    var schemas = DriverSchemas(files: driverSchema.map { [$0] } ?? [])
    if let problem = schemas.problems.first { throw CommandError(problem.description) }
    if let protocolName { try await schemas.fetch(protocolName, from: try global.client()) }
    let lines = try Explanation(kind, version, path: path, driver: schemas.only).lines(isRecursive: recursive)
    let colored = terminal.isColored(.standard)
    try Output.standard.write(lines.map { $0.text(colored: colored) + "\n" }.joined())
  }
}
