internal import Logging

/// Says what is new about files of devices, each thing once.
struct SpecJournal {
  private let path: String
  private let node: String
  private let logger: Logger
  private var told: Set<String> = []
  private var isFollowing = false

  init(path: String, node: String, logger: Logger) {
    self.path = path
    self.node = node
    self.logger = logger
  }

  /// The files were read.
  mutating func took(_ snapshot: SpecSnapshot) {
    var now: Set<String> = []
    for problem in snapshot.problems {
      if now.insert("\(problem)").inserted, !told.contains("\(problem)") { logger.error("\(problem)") }
    }
    for warning in snapshot.warnings {
      if now.insert("\(warning)").inserted, !told.contains("\(warning)") { logger.warning("\(warning)") }
    }
    if snapshot.devices.isEmpty, snapshot.brokenDevices.isEmpty, !snapshot.otherNodes.isEmpty {
      let notice = "no device is of the node \(node); there are devices of \(snapshot.otherNodes.sorted().joined(separator: ", "))"
      if now.insert(notice).inserted, !told.contains(notice) { logger.notice("\(notice)") }
    }
    told = now
    if !isFollowing { logger.info("following the devices in \(path)") }
    isFollowing = true
  }

  /// It can't be told which files there are.
  mutating func failed(_ problem: SpecProblem) {
    if told != ["\(problem)"] { logger.error("\(problem); trying again") }
    told = ["\(problem)"]
    isFollowing = false
  }
}
