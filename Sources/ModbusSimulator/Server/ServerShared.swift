import Glibc
import Synchronization

/// What the server's thread and its callers share.
final class ServerShared: Sendable {
  enum Command: Sendable {
    case closeConnections
    case unplug
    case plugIn
  }

  private struct State {
    var isRunning = true
    var commands: [(Command, Rendezvous)] = []
    var isStopping = false
    var path: String
    var port: Int
  }

  let responder: any SlaveResponder
  let endpoint: SimulatorEndpoint
  let options: SimulatorOptions
  let faults: FaultInjector
  let log: TrafficLog
  private let state: Mutex<State>
  private let hasEnded = Rendezvous()
  /// A pipe whose bytes end the thread's poll.
  let wakeUp: (reader: Int32, writer: Int32)

  init(responder: any SlaveResponder, endpoint: SimulatorEndpoint, options: SimulatorOptions, faults: FaultInjector) throws(SimulatorError)
  {
    self.responder = responder
    self.endpoint = endpoint
    self.options = options
    self.faults = faults
    log = TrafficLog(limit: options.requestLimit)
    state = Mutex(State(path: "", port: 0))
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SimulatorError(.noResources, at: "pipe", Descriptors.words(errno)) }
    Descriptors.makeNonblocking(ends[0])
    Descriptors.makeNonblocking(ends[1])
    wakeUp = (ends[0], ends[1])
  }

  deinit {
    close(wakeUp.reader)
    close(wakeUp.writer)
  }

  var path: String { state.withLock { $0.path } }
  var port: Int { state.withLock { $0.port } }
  func set(path: String, port: Int) {
    state.withLock {
      $0.path = path
      $0.port = port
    }
  }

  /// Hands a command to the thread and waits until it is carried out.
  func perform(_ command: Command) throws(SimulatorError) {
    let rendezvous = Rendezvous()
    let isAccepted = state.withLock { state in
      guard state.isRunning, !state.isStopping else { return false }
      state.commands.append((command, rendezvous))
      return true
    }
    guard isAccepted else { throw SimulatorError(.stopped, at: path, "the simulator was stopped") }
    wake()
    if let error = rendezvous.wait() { throw error }
  }

  func stop() {
    state.withLock { $0.isStopping = true }
    wake()
  }

  /// Stops the thread and waits until it has closed all.
  func stopAndWait() {
    stop()
    hasEnded.wait()
  }

  /// For the thread: what it was asked to do.
  func takeCommands() -> (commands: [(Command, Rendezvous)], isStopping: Bool) {
    state.withLock { state in
      defer { state.commands = [] }
      return (state.commands, state.isStopping)
    }
  }

  /// For the thread: it takes no more commands.
  func ended() {
    let left = state.withLock { state in
      state.isRunning = false
      defer { state.commands = [] }
      return state.commands
    }
    hasEnded.finish(nil)
    for (_, rendezvous) in left { rendezvous.finish(SimulatorError(.stopped, at: path, "the simulator was stopped")) }
  }

  private func wake() { _ = write(wakeUp.writer, "!", 1) }
}
