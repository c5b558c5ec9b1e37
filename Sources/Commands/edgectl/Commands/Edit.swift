import APIClient
import ArgumentParser
import JSON

/// `edgectl edit`
struct Edit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Edit an object in your editor.",
    discussion: """
      Examples:
        edgectl edit device temperature
        KUBE_EDITOR=nano edgectl edit devicemodel/temperature-model

      The editor is $KUBE_EDITOR, $EDITOR or vi. What the server refuses is opened again with what is wrong on top; saving \
      nothing new ends the edit. When somebody else changes the object meanwhile, it is opened again with both changes.
      """
  )

  @OptionGroup var global: GlobalOptions

  @Argument(
    help: ArgumentHelp("The kind, for instance device, and the names of the objects.", valueName: "KIND NAME"),
    completion: .custom(Completions.kindsAndNames))
  var names: [String]

  func validate() throws { _ = try ObjectNames(names, needsName: true) }

  func run() async throws {
    let client = try global.client()
    let discovery = Discovery(client: client)
    for target in try ObjectNames(names, needsName: true).targets {
      guard let name = target.name else { continue }
      let type = try await discovery.type(named: target.kind)
      let path = type.path(namespace: global.namespaceOrDefault, name: name)
      switch try await EditSession(client: client, path: path, name: name, editor: .chosen).run() {
      case .edited(let warnings):
        for warning in warnings { Output.error.note("Warning: \(DisplayText.safe(warning))") }
        try Output.standard.write("\(type.qualifiedName)/\(name) edited\n")
      case .unchanged: Output.error.note("Edit cancelled, no changes made.")
      case .empty: Output.error.note("Edit cancelled, saved file was empty.")
      }
    }
  }
}
