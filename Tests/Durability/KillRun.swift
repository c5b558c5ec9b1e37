import GRDB
import Glibc
import JSON
import TestSupport
import TwinProtocol

/// Kills edgecore and its broker at random moments while an outside sender updates twins, and then holds what is stored
/// against what was acknowledged.
public struct KillRun: Sendable {
  /// How many devices.
  public var devices: Int
  /// How many properties each of them has.
  public var properties: Int
  /// Updates on their way at a time.
  public var window: Int
  /// How many kills at most.
  public var kills: Int
  /// For how long to kill at most.
  public var duration: Duration?
  /// What makes the run the same again, as far as processes can be.
  public var seed: UInt64

  /// A run.
  public init(devices: Int, properties: Int = 10, window: Int = 128, kills: Int, duration: Duration? = nil, seed: UInt64) {
    self.devices = devices
    self.properties = properties
    self.window = window
    self.kills = kills
    self.duration = duration
    self.seed = seed
  }

  /// What a run came to.
  public struct Report: Sendable, CustomStringConvertible {
    /// What makes the run the same again.
    public var seed: UInt64
    /// How often edgecore was killed.
    public var edgeCoreKills = 0
    /// How often its broker was killed.
    public var brokerKills = 0
    /// Updates that were answered.
    public var acknowledged = 0
    /// Updates that were sent once more.
    public var resent = 0
    /// Answers to updates that were answered before.
    public var answeredTwice = 0
    /// Documents that were held against the order of the updates.
    public var documents = 0
    /// What must not be; the run succeeded if there is none.
    public var problems: [String] = []

    /// One line.
    public var description: String {
      """
      seed \(seed): \(edgeCoreKills + brokerKills) kills (edgecore \(edgeCoreKills), broker \(brokerKills)), \(acknowledged) updates acknowledged, \
      \(resent) sent again, \(answeredTwice) answered again, \(documents) documents checked, \(problems.count) problems
      """
    }
  }

  /// Runs, and ends early when the task is cancelled, which is no failure.
  ///
  /// - Parameter progress: Told every few seconds how far it is.
  /// - Throws: ``TestSupportError`` when something can't even be tried.
  public func run(progress: @escaping @Sendable (Report) -> Void = { _ in }) async throws -> Report {
    let node = try KillNode()
    var process = try await node.start()
    try await node.ready(process)
    try await node.apply(devices: devices, properties: properties)
    let sender = try LoadSender(
      configuration: try node.mqtt("sender"), node: KillNode.name, load: TwinLoad(devices: devices, properties: properties, window: window))
    var report = Report(seed: seed)
    let running = Task { try await sender.run() }
    defer { running.cancel() }
    do {
      try await kill(node, &process, &report, sender, progress)
    } catch is CancellationError {}
    // Not cancelled with the run: what was done so far is still to be looked at.
    let (finished, last) = (report, process)
    return try await Task { try await check(node, last, finished, sender) }.value
  }

  private func kill(
    _ node: KillNode, _ process: inout TestProcess, _ report: inout Report, _ sender: LoadSender, _ progress: @Sendable (Report) -> Void
  ) async throws {
    var random = SplitMix(seed: seed)
    let start = ContinuousClock.now
    var told = start
    for _ in 0..<kills {
      if let duration, start.duration(to: .now) >= duration { return }
      // Now and then already while it starts.
      if Int.random(in: 0..<5, using: &random) > 0 { try await node.ready(process) }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...700, using: &random)))
      guard process.isRunning else { throw TestSupportError("edgecore ended by itself\n\(process.report)") }
      if Int.random(in: 0..<3, using: &random) == 0, let broker = node.broker {
        Glibc.kill(broker, SIGKILL)
        report.brokerKills += 1
      } else {
        try await process.kill()
        process = try await node.start()
        report.edgeCoreKills += 1
      }
      if told.duration(to: .now) >= .seconds(5) {
        told = .now
        progress(await filled(report, sender))
      }
    }
  }

  private func filled(_ report: Report, _ sender: LoadSender) async -> Report {
    let load = await sender.state
    var report = report
    report.acknowledged = load.acknowledged
    report.resent = load.resent
    report.answeredTwice = load.answeredTwice
    report.documents = load.documents
    report.problems = load.problems
    return report
  }

  private func check(_ node: KillNode, _ process: TestProcess, _ report: Report, _ sender: LoadSender) async throws -> Report {
    try await node.ready(process)
    try await sender.settle(within: .seconds(60))
    let twins = try await sender.askForTwins(devices: devices, within: .seconds(60))
    var report = await filled(report, sender)
    let load = await sender.state
    for device in 0..<devices {
      for property in 0..<properties where twins[device]?["p\(property)"]?.actual?.value != "\(load.last(of: device))" {
        report.problems.append(
          "\(TwinLoad.name(device)).p\(property): twin/get says \(twins[device]?["p\(property)"]?.actual?.value ?? "nothing"), acknowledged is \(load.last(of: device))"
        )
      }
    }
    guard try await process.stop() == .code(0) else { throw TestSupportError("edgecore didn't end in order\n\(process.report)") }
    report.problems += try stored(node, load)
    return report
  }

  /// The file itself, read without edgecore: each value, and how often it was changed.
  private func stored(_ node: KillNode, _ load: TwinLoad) throws -> [String] {
    var problems: [String] = []
    let database = try DatabaseQueue(path: node.database)
    let states = try database.read { database in
      try Row.fetchAll(database, sql: "SELECT name, state FROM twin").map { (name: $0["name"] as String, state: $0["state"] as String) }
    }
    if states.count != devices { problems.append("the file has \(states.count) twins, not \(devices)") }
    for (name, text) in states {
      guard let device = Int(name.dropFirst("device-".count)) else { continue }
      let state = try JSONValue(parsing: text)
      for property in 0..<properties {
        let entry = state["properties"]?["p\(property)"]
        let value = entry?.at("actual", "value")?.string ?? "nothing"
        if value != "\(load.last(of: device))" {
          problems.append("\(name).p\(property): the file says \(value), acknowledged is \(load.last(of: device))")
        }
        let changes = entry?["actualVersion"]?.integer ?? 0
        if changes != Int64(load.last(of: device)) {
          problems.append("\(name).p\(property): applied \(changes) times, acknowledged are \(load.last(of: device)) updates")
        }
      }
    }
    return problems
  }
}
