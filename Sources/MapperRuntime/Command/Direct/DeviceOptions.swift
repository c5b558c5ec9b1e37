internal import ArgumentParser
internal import Glibc
internal import Logging
internal import MapperSDK

/// Which device a command is about, and where what describes it is.
struct DeviceOptions<M: Mapper>: ParsableArguments {
  @Argument(help: ArgumentHelp("The device: NAME or NAMESPACE/NAME.", valueName: "device"))
  var device: String
  @Option(
    name: [.customShort("f"), .customLong("filename")], parsing: .singleValue,
    help: ArgumentHelp("A file or folder with the Device and its DeviceModel; may be given several times.", valueName: "file"))
  var files: [String] = []
  @Option(
    help: ArgumentHelp(
      "The API server that has them when there is no -f (MAPPER_API_SERVER; default: http://127.0.0.1:10550).", valueName: "url"))
  var apiServer: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("The device's namespace.", valueName: "name"))
  var namespace = "default"
  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: table or json.")
  var output: DirectFormat = .table
  @Option(help: ArgumentHelp("What is logged; trace shows each frame.", valueName: "level"))
  var logLevel = "warning"

  func validate() throws {
    guard level != nil else {
      let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no log level \"\(logLevel)\", use one of \(levels)")
    }
    guard !files.isEmpty || !device.hasSuffix("/"), !device.isEmpty else { throw ValidationError("which device?") }
    if apiServer != nil, !files.isEmpty { throw ValidationError("the device comes from a file or from the API, not from both") }
  }

  private var level: Logger.Level? { Logger.Level(rawValue: logLevel.lowercased()) }

  private var name: DeviceName {
    let parts = device.split(separator: "/", maxSplits: 1).map(String.init)
    return parts.count == 2 ? DeviceName(namespace: parts[0], name: parts[1]) : DeviceName(namespace: namespace, name: device)
  }

  /// Finds the device.
  ///
  /// - Throws: An error that says why there is none.
  func access() async throws -> DirectAccess<M> {
    let secrets = SecretTexts()
    let context = DirectAccess<M>.context(logLevel: level ?? .warning, secrets: secrets)
    let driver = try M.makeDriver(context)
    let name = name
    let loaded: LoadedDevices<M.Driver>
    if files.isEmpty {
      func variable(_ option: MapperOption) -> String? {
        getenv(option.variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
      }
      let server = apiServer ?? variable(.apiServer) ?? "http://127.0.0.1:10550"
      let credentials = APICredentials(
        kubeconfig: apiServer == nil ? variable(.apiKubeconfig) : nil, tokenFile: variable(.apiTokenFile), caFile: variable(.apiCAFile))
      do {
        loaded = try await LoadedDevices(name, server: server, credentials: credentials, driver: driver, secrets: secrets)
      } catch {
        throw CommandFailure("\(error)\n\(Self.hint(server, name))")
      }
    } else {
      loaded = LoadedDevices(files: files, driver: driver, secrets: secrets)
    }
    if let found = loaded.devices.first(where: { $0.binding.name == name }) {
      for warning in loaded.warnings { Console.complain("warning: \(secrets.masked("\(warning)"))\n") }
      return DirectAccess(driver: driver, binding: found.binding, logger: context.logger, secrets: secrets)
    }
    for problem in loaded.problems { Console.complain("\(secrets.masked("\(problem)"))\n") }
    let others = loaded.devices.map(\.binding.name.description)
    let hint = Suggestion.nearest(to: name.description, among: others).map { ", did you mean \($0)?" } ?? ""
    throw CommandFailure("there is no \(M.Driver.protocolName) device \(name) that can be served\(hint)")
  }

  /// What to do when the API doesn't have the device.
  private static func hint(_ server: String, _ name: DeviceName) -> String {
    """
    Without -f the Device \(name) and its DeviceModel are taken from the API at \(server) (--api-server, MAPPER_API_SERVER). \
    To take them from files or a folder:
      \(M.name) \(CommandLine.arguments.dropFirst().first ?? "read") -f device-model.yaml -f device.yaml \(name)
    """
  }
}
