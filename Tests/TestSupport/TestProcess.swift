import FoundationEssentials
public import Glibc
import Synchronization

/// A program run by a test, its output in files, killed when the last reference goes and when the test process dies.
public final class TestProcess: Sendable {
  /// How a process ended.
  public enum Exit: Sendable, Hashable {
    /// It exited with this code.
    case code(Int32)
    /// This signal ended it.
    case signal(Int32)
  }

  /// What a program that ran to its end left.
  public struct Result: Sendable {
    /// How it ended.
    public let exit: Exit
    /// What it wrote to standard output.
    public let stdout: String
    /// What it wrote to standard error.
    public let stderr: String
  }

  /// The process's id.
  public let pid: pid_t
  /// The command as a reader of a failure wants to see it.
  public let command: String
  /// The file that collects standard output.
  public let stdoutPath: String
  /// The file that collects standard error.
  public let stderrPath: String
  private let folder: TestFolder
  private let exited = Mutex<Exit?>(nil)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: Its path, or a name found in `PATH`.
  ///   - arguments: Its arguments.
  ///   - environment: Variables added to this process's; `nil` removes one.
  ///   - standardInput: A file it reads; `/dev/null` unless given.
  ///   - workingDirectory: Where it runs.
  public init(
    _ executable: String,
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    standardInput: String = "/dev/null",
    workingDirectory: String? = nil
  ) async throws {
    folder = try TestFolder("process")
    stdoutPath = folder.path("stdout")
    stderrPath = folder.path("stderr")
    command = ([executable] + arguments).joined(separator: " ")
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    // setpriv becomes env, which becomes the program: one process id all the way, and the kernel ends it when the thread that spawned it ends.
    let spawn = Spawn(
      words: ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", "/usr/bin/env", "-C", workingDirectory ?? ".", executable] + arguments,
      environment: variables.map { "\($0.key)=\($0.value)" },
      standardInput: standardInput,
      stdout: stdoutPath,
      stderr: stderrPath
    )
    pid = try await Spawner.shared.start(spawn)
    let pid = pid
    startThread { [weak self] in
      var info = siginfo_t()
      // The zombie stays until the lock is held, so that a signal never goes to a process that took over the id.
      while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
      if let self { self.reap() } else { _ = waitpid(pid, nil, 0) }
    }
  }

  /// Runs a program to its end.
  ///
  /// - Throws: ``TestSupportError`` when it doesn't end in time.
  public static func run(
    _ executable: String,
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    standardInput: String = "/dev/null",
    workingDirectory: String? = nil,
    within deadline: Duration = .seconds(60)
  ) async throws -> Result {
    let process = try await TestProcess(
      executable, arguments, environment: environment, standardInput: standardInput, workingDirectory: workingDirectory)
    let exit = try await process.exit(within: deadline)
    return Result(exit: exit, stdout: process.stdout, stderr: process.stderr)
  }

  /// What it wrote to standard output so far.
  public var stdout: String { Self.text(of: stdoutPath) }

  /// What it wrote to standard error so far.
  public var stderr: String { Self.text(of: stderrPath) }

  /// How it ended; `nil` while it runs.
  public var exit: Exit? { exited.withLock { $0 } }

  /// Whether it hasn't ended.
  public var isRunning: Bool { exit == nil }

  /// Waits for a whole line, on standard output or standard error, that satisfies `condition`, and returns it.
  ///
  /// Lines written before the call count.
  /// - Throws: ``TestSupportError`` with the output so far when the deadline passes or the process ends without it.
  @discardableResult
  public func line(within deadline: Duration = .seconds(30), where condition: (Substring) -> Bool) async throws -> String {
    let end = ContinuousClock.now.advanced(by: deadline)
    while true {
      let isOver = !isRunning
      for text in [stdout, stderr] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if let line = lines.first(where: condition) { return String(line) }
      }
      guard !isOver, ContinuousClock.now < end else {
        throw TestSupportError("\(command): \(isOver ? "ended" : "wrote within \(deadline)") without the line waited for\n\(report)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Waits for a line that contains `text`.
  @discardableResult
  public func line(containing text: String, within deadline: Duration = .seconds(30)) async throws -> String {
    try await line(within: deadline) { $0.contains(text) }
  }

  /// Sends a signal, unless the process has ended.
  public func send(_ signal: Int32) {
    exited.withLock { if $0 == nil { _ = Glibc.kill(pid, signal) } }
  }

  /// Waits for the process to end.
  ///
  /// - Throws: ``TestSupportError`` with the output so far when it doesn't in time.
  @discardableResult
  public func exit(within deadline: Duration = .seconds(30)) async throws -> Exit {
    let end = ContinuousClock.now.advanced(by: deadline)
    while ContinuousClock.now < end {
      if let exit { return exit }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw TestSupportError("\(command): still runs after \(deadline)\n\(report)")
  }

  /// Waits for the process to end, blocking; for the end of a test, where nothing can be awaited.
  public func waitForEnd() {
    var info = siginfo_t()
    // It returns when the process has ended, and fails once that was taken note of.
    while isRunning { _ = waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) }
  }

  /// Asks the process to end with SIGTERM and waits for that.
  @discardableResult
  public func stop(within deadline: Duration = .seconds(30)) async throws -> Exit {
    send(SIGTERM)
    return try await exit(within: deadline)
  }

  /// Ends the process with SIGKILL and waits for that.
  public func kill() async throws {
    send(SIGKILL)
    try await exit()
  }

  /// The command, how it ended and its output, for the message of a failed test.
  public var report: String {
    "\(command)\n\(exit.map { "ended: \($0)" } ?? "running")\n--- stdout\n\(stdout)\n--- stderr\n\(stderr)"
  }

  private func reap() {
    exited.withLock { exit in
      var status: Int32 = 0
      guard waitpid(pid, &status, 0) == pid else { return }
      let signal = status & 0x7F
      exit = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }
  }

  private static func text(of path: String) -> String {
    (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  deinit {
    // The waiting thread reaps it: it holds no reference to this object by then.
    exited.withLock { if $0 == nil { _ = Glibc.kill(pid, SIGKILL) } }
  }
}
