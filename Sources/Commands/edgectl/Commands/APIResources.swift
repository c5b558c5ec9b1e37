import ArgumentParser
import JSON

/// `edgectl api-resources`
struct APIResources: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api-resources",
    abstract: "Show the kinds of object that the server serves.",
    discussion: """
      Examples:
        edgectl api-resources
        edgectl api-resources --api-group devices.kubeedge.io -o wide
      """
  )

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, wide, name
  }

  @OptionGroup var global: GlobalOptions

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: table, wide or name.")
  var output: Format = .table

  @Option(help: ArgumentHelp("Only this group; an empty one is the core group.", valueName: "GROUP"))
  var apiGroup: String?

  @Option(help: "Only kinds with namespaces, or only those without: true or false.")
  var namespaced: Bool?

  @Flag(help: "Print no header.")
  var noHeaders = false

  func run() async throws {
    var types = try await Discovery(client: try global.client()).all()
    types = types.filter { (apiGroup == nil || $0.group == apiGroup) && (namespaced == nil || $0.isNamespaced == namespaced) }
    types.sort { ($0.group, $0.plural) < ($1.group, $1.plural) }
    if output == .name {
      try Output.standard.write(types.map { "\($0.plural)\($0.group.isEmpty ? "" : ".")\($0.group)\n" }.joined())
      return
    }
    var table = TextTable(header: ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"])
    if output == .wide { table.header += ["VERBS", "CATEGORIES"] }
    table.rows = types.map { type in
      [type.plural, type.shortNames.joined(separator: ","), type.groupVersion, "\(type.isNamespaced)", type.kind]
        + (output == .wide ? [type.verbs.joined(separator: ","), type.categories.joined(separator: ",")] : [])
    }
    try Output.standard.write(table.lines(showsHeader: !noHeaders).map { $0 + "\n" }.joined())
  }
}
