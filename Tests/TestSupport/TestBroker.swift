import FoundationEssentials
import Glibc
import Synchronization

/// Debian's mosquitto on a free loopback port, with a configuration and a folder of its own.
public final class TestBroker: Sendable {
  /// The TCP port it listens on, the same after every restart.
  public let port: Int
  /// The folder with its configuration.
  public let folder: TestFolder
  private let process = Mutex<TestProcess?>(nil)

  /// Its address as KubeEdge's configuration writes it, for instance `tcp://127.0.0.1:18830`.
  public var url: String { "tcp://127.0.0.1:\(port)" }

  /// The running broker's process, `nil` after ``kill()`` and ``stop()``.
  public var running: TestProcess? { process.withLock { $0 } }

  /// Starts a broker and waits until it accepts connections.
  ///
  /// - Parameters:
  ///   - port: The port, a free one unless given.
  ///   - configuration: Lines added to its configuration file.
  /// - Throws: ``TestSupportError``, for instance when mosquitto isn't installed.
  public init(port: Int = freePort(), configuration: String = "") async throws {
    self.port = port
    folder = try TestFolder("mosquitto")
    var text = """
      listener \(port) 127.0.0.1
      allow_anonymous true
      persistence false
      set_tcp_nodelay true
      max_queued_messages 0
      log_dest stderr
      log_type all

      """
    // Without this line mosquitto changes from root to another user, and the kernel forgets then to end it with its parent.
    if getuid() == 0 { text += "user root\n" }
    try folder.write("mosquitto.conf", text + configuration + "\n")
    try await start()
  }

  /// Ends the broker at once, with SIGKILL: clients see their connections reset, wills aren't sent.
  public func kill() async throws {
    try await take()?.kill()
  }

  /// Ends the broker orderly.
  public func stop() async throws {
    try await take()?.stop()
  }

  /// Starts the broker again on the same port, after ending a running one orderly.
  public func restart() async throws {
    try await stop()
    try await start()
  }

  private func take() -> TestProcess? {
    process.withLock { process in
      defer { process = nil }
      return process
    }
  }

  private func start() async throws {
    let path = "/usr/sbin/mosquitto"
    guard access(path, X_OK) == 0 else {
      throw TestSupportError("no \(path); ./scripts/test.sh installs Debian's package mosquitto")
    }
    let started = try await TestProcess(path, ["-c", folder.path("mosquitto.conf")])
    let port = port
    try await eventually("mosquitto accepts connections on port \(port)") {
      guard started.isRunning else { throw TestSupportError(started.report) }
      return accepts(port: port)
    }
    process.withLock { $0 = started }
  }
}
