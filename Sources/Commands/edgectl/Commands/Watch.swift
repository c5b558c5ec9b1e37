import APIClient
import ArgumentParser
import JSON

/// `edgectl watch`
struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the values of devices live.",
    discussion: """
      Examples:
        edgectl watch                    every device, until Ctrl-C
        edgectl watch temperature        one device
        edgectl watch --once             the values now
        edgectl watch | tee values.log   a line for every change

      AGE is the time since the device gave the value. QUALITY is good, uncertain (nobody reports the device any more), or \
      bad with the reason why the value couldn't be read.
      """
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var terminal: TerminalOptions

  @Flag(help: "Print the table once.")
  var once = false

  @Argument(help: ArgumentHelp("Devices; all unless given.", valueName: "DEVICE"), completion: .custom(Completions.devices))
  var devices: [String] = []

  func validate() throws {
    for device in devices { try checkName(device, "device") }
  }

  func run() async throws {
    let client = try global.client()
    let path = APIClient.path(group: "devices.kubeedge.io", version: "v1beta1", resource: "devices", namespace: global.namespace)
    var model = ScreenModel(server: client.server, only: Set(devices))
    if once {
      model.apply(.reset(try await client.list(path).items))
      if let missing = devices.first(where: { !model.has($0) }) { throw CommandError("no device \"\(missing)\"") }
      let lines = model.table(now: .now, width: nil)
      try Output.standard.write(lines.map { $0.text(colored: terminal.isColored(.standard)) + "\n" }.joined())
    } else if Output.standard.isTerminal && environment("TERM") != "dumb" {
      try await LiveScreen(client: client, path: path, isColored: terminal.isColored(.standard)).run(&model)
    } else {
      try await ChangeLog(client: client, path: path).run(&model)
    }
  }
}
