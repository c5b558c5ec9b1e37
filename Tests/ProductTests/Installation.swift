import Glibc
import JSON
import MQTTClient
import Synchronization
import TestSupport
import YAML

/// edgecore, a mapper and kubectl as somebody has them on a node: processes with a folder and ports of their own.
final class Installation: Sendable {
  let folder: TestFolder
  let apiPort: Int
  let mqttPort: Int
  /// The mapper's own.
  let restPort: Int

  /// What was started, so that the end of the test ends it.
  private let processes = Mutex<[TestProcess]>([])

  init() throws {
    folder = try TestFolder("product")
    apiPort = freePort()
    mqttPort = freePort()
    restPort = freePort()
  }

  var server: String { "http://127.0.0.1:\(apiPort)" }

  /// An edgecore that is killed leaves its broker behind for the next one, so what is left is ended by hand.
  deinit {
    let started = processes.withLock { $0 }
    for process in started { process.send(SIGKILL) }
    for process in started { process.waitForEnd() }
    if let broker = try? brokerPID() { kill(broker, SIGKILL) }
  }

  private func started(_ process: TestProcess) -> TestProcess {
    processes.withLock { $0.append(process) }
    return process
  }

  /// The mappers' login at edgecore's own broker.
  var mapperLogin: String { folder.path("state/mqtt/mapper.yaml") }

  /// How a test's own client reaches the broker, with a role's login where edgecore has written one.
  func client(_ clientID: String, as role: String = "mapper") throws -> MQTTConfiguration {
    var configuration = MQTTConfiguration(host: "127.0.0.1", port: UInt16(mqttPort), clientID: clientID)
    let file = role == "edgecore" ? "state/mosquitto/edgecore.yaml" : "state/mqtt/\(role).yaml"
    guard folder.exists(file) else { return configuration }
    let login = try YAMLDocument.parseAll(Array(folder.read(file).utf8), file: file).first?.value
    configuration.username = login?["username"]?.string
    configuration.password = login?["password"]?.string
    return configuration
  }

  /// A disk for edgecore's state.
  func smallDisk(megabytes: Int) async throws -> SmallDisk {
    let disk = try await SmallDisk(at: folder.path("disk"), megabytes: megabytes)
    guard symlink(disk.outside, folder.path("state")) == 0 else { throw TestSupportError("cannot link \(folder.path("state"))") }
    return disk
  }

  /// Starts edgecore and waits until it is ready.
  ///
  /// - Parameters:
  ///   - options: More of its options.
  ///   - user: The id of the user it runs as.
  ///   - disk: Where its state is, if not on everybody's disk.
  func startEdgeCore(
    _ options: String..., as user: uid_t? = nil, environment: [String: String] = [:], on disk: SmallDisk? = nil
  ) async throws -> TestProcess {
    let process = try await launchEdgeCore(options, as: user, environment: environment, on: disk)
    try await eventually("edgecore ready") { try await self.kubectl("get", "--raw", "/readyz").isSuccess }
    return process
  }

  /// Starts edgecore.
  func launchEdgeCore(
    _ options: [String] = [], as user: uid_t? = nil, environment: [String: String] = [:], on disk: SmallDisk? = nil
  ) async throws -> TestProcess {
    let change = user.map { ["setpriv", "--reuid", "\($0)", "--regid", "\($0)", "--clear-groups"] } ?? []
    let words = change + (disk?.prefix ?? []) + [try Executables.path(of: "edgecore")]
    return started(
      try await TestProcess(
        words[0],
        words.dropFirst() + [
          "--hostname-override", "edge-node-1", "--meta-server", "127.0.0.1:\(apiPort)", "--mqtt-server-external",
          "tcp://127.0.0.1:\(mqttPort)", "--data-source", "\(disk?.path ?? folder.path("state"))/swiftlet.db", "--log-level", "debug",
        ] + options, environment: environment))
  }

  /// Starts temperature-mapper.
  ///
  /// - Parameters:
  ///   - options: More of its options.
  ///   - user: The id of the user it runs as.
  func startMapper(_ options: String..., as user: uid_t? = nil) async throws -> TestProcess {
    let change = user.map { ["setpriv", "--reuid", "\($0)", "--regid", "\($0)", "--clear-groups"] } ?? []
    let words = change + [try Executables.path(of: "temperature-mapper")]
    return started(
      try await TestProcess(
        words[0],
        words.dropFirst() + [
          "--node-name", "edge-node-1", "--api-server", server, "--mqtt-server", "tcp://127.0.0.1:\(mqttPort)", "--http-port",
          "\(restPort)",
          "--state-directory", folder.path("mapper"), "--log-level", "debug",
        ] + options, environment: ["MAPPER_MQTT_CREDENTIALS": mapperLogin]))
  }

  /// The process id of the broker that edgecore started.
  func brokerPID() throws -> Int32 {
    let text = try folder.read("state/mosquitto/mosquitto.pid")
    guard let pid = Int32(text.prefix { $0.isNumber }) else { throw TestSupportError("no pid in \(text)") }
    return pid
  }

  // MARK: kubectl and edgectl

  struct Output: Sendable {
    var result: TestProcess.Result
    var isSuccess: Bool { result.exit == .code(0) }
    var text: String { result.stdout }
    /// Both outputs, for the message of a failed check.
    var all: String { result.stdout + result.stderr }
  }

  /// Runs kubectl against this edgecore.
  func kubectl(_ arguments: String..., input: String? = nil) async throws -> Output {
    try await run(try Executables.kubectl(), ["-s", server, "--cache-dir", folder.path("cache")] + arguments, input: input)
  }

  /// Runs edgectl against this edgecore.
  func edgectl(_ arguments: String..., input: String? = nil) async throws -> Output {
    try await run(try Executables.path(of: "edgectl"), ["--server", server] + arguments, input: input)
  }

  private func run(_ executable: String, _ arguments: [String], input: String?) async throws -> Output {
    let file = try input.map { try folder.write("input-\(UInt32.random(in: 0 ... .max))", $0) }
    return Output(
      result: try await TestProcess.run(
        executable, arguments, environment: ["KUBECONFIG": folder.path("no-kubeconfig"), "HOME": folder.path],
        standardInput: file ?? "/dev/null"))
  }

  /// Applies what models/temperature holds: the model and the article's Device.
  func applyTemperature() async throws {
    for file in ["device-model.yaml", "device.yaml"] {
      let applied = try await kubectl("apply", "-f", "\(Executables.repositoryRoot)/models/temperature/\(file)")
      guard applied.isSuccess else { throw TestSupportError(applied.all) }
    }
  }

  // MARK: Looking

  /// An object as `kubectl get -o json` shows it.
  func object(_ kind: String, _ name: String) async throws -> JSONValue {
    let output = try await kubectl("get", kind, name, "-o", "json")
    guard output.isSuccess else { throw TestSupportError(output.all) }
    return try JSONValue(parsing: output.text)
  }

  /// A property's twin in the Device's status.
  func twin(_ device: String, _ property: String) async throws -> JSONValue {
    let twins = try await object("device", device).at("status", "twins")?.array ?? []
    guard let twin = twins.first(where: { $0["propertyName"]?.string == property }) else {
      throw TestSupportError("no \(property) in \(JSONValue.array(twins).text)")
    }
    return twin
  }

  /// The time of a property's reported value, in milliseconds.
  func reportedTime(_ device: String = "temperature", _ property: String = "temperature-status") async throws -> Int64 {
    let text = try await twin(device, property).at("reported", "metadata", "timestamp")?.string
    guard let time = text.flatMap({ Int64($0) }) else { throw TestSupportError("nothing reported yet") }
    return time
  }

  /// Waits until a value is reported that is newer than `time`.
  @discardableResult
  func valuesMove(after time: Int64 = 0, _ device: String = "temperature", _ property: String = "temperature-status") async throws -> Int64
  {
    try await eventually("a newer value of \(property)") {
      try await self.reportedTime(device, property)
    } until: {
      $0 > time
    }
  }
}
