import ArgumentParser

/// `edgectl new-driver`
struct NewDriver: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new-driver",
    abstract: "Write a package for a driver of a new protocol.",
    discussion: """
      Examples:
        edgectl new-driver heat-pump
        edgectl new-driver heat-pump --protocol acme-line --directory ~/heat-pump
        edgectl new-driver heat-pump --sdk ../swiftlet

      The package holds a driver for a line-based TCP protocol, a simulated device, the mapper, a DeviceModel and a Device, \
      a Dockerfile and a deployment, and tests with the conformance checks. It builds and passes as it is; comments that \
      begin with REPLACE say where the protocol goes. Nothing is sent to a server.
      """
  )

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("What Devices give as protocolName. (default: the driver's name)", valueName: "NAME"))
  var protocolName: String?

  @Option(
    help: ArgumentHelp(
      "Where the SDK is: a checkout, or a repository's URL. (default: the checkout edgectl was built in, else \(SDKLocation.repository))",
      valueName: "PATH|URL"))
  var sdk: String?

  @Option(help: ArgumentHelp("The folder to make. (default: NAME-mapper)", valueName: "FOLDER"))
  var directory: String?

  @Argument(help: ArgumentHelp("The driver's name, for instance heat-pump.", valueName: "NAME"))
  var name: String

  func validate() throws {
    do {
      _ = try DriverNames(name, protocolName: protocolName)
      if let sdk { _ = try SDKLocation(sdk) }
    } catch {
      throw ValidationError("\(error)")
    }
    if let directory, directory.isEmpty { throw ValidationError("--directory takes a folder") }
  }

  func run() async throws {
    let names = try DriverNames(name, protocolName: protocolName)
    let package = NewPackage(names: names, sdk: try sdk.map { try SDKLocation($0) } ?? SDKLocation.standard)
    let folder = directory ?? "\(names.name)-mapper"
    try package.write(to: folder)
    var text = "wrote \(DisplayText.safe(folder)), with the SDK of \(package.sdk.place):\n"
    for file in package.files { text += "  \(file.path)\n" }
    text += """
      next:
        cd \(DisplayText.safe(folder))
        swift test
        swift run \(names.name)-mapper simulate

      """
    try Output.standard.write(text)
  }
}
