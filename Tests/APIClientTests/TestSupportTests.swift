import Glibc
import TestSupport
import Testing

@Suite("The helpers that tests stand on")
struct TestSupportTests {
  @Test("A process's output and exit code are seen")
  func output() async throws {
    let result = try await TestProcess.run("/bin/sh", ["-c", "echo $GREETING; echo oops >&2; exit 3"], environment: ["GREETING": "hello"])
    #expect(result.exit == .code(3))
    #expect(result.stdout == "hello\n")
    #expect(result.stderr == "oops\n")
  }

  @Test("A signal ends a process, and so does letting go of it")
  func signals() async throws {
    var process: TestProcess? = try await TestProcess("/bin/sh", ["-c", "echo ready; exec sleep 1000"])
    try await process?.line(containing: "ready")
    process?.send(SIGTERM)
    #expect(try await process?.exit() == .signal(SIGTERM))

    process = try await TestProcess("/bin/sleep", ["1000"])
    let pid = try #require(process?.pid)
    process = nil
    try await eventually("the process is gone") { Glibc.kill(pid, 0) != 0 }
  }

  @Test("A folder takes with it what was left running on it")
  func orphans() async throws {
    let folder = try TestFolder()
    let file = try folder.write("file", "")
    let parent = try await TestProcess("/bin/sh", ["-c", "tail -f \(file) & echo $!"])
    let orphan = try #require(pid_t(try await parent.line { !$0.isEmpty }))
    try await parent.exit()
    #expect(Glibc.kill(orphan, 0) == 0)
    folder.close()
    try await eventually("the orphan is gone") { Glibc.kill(orphan, 0) != 0 }
    #expect(access(folder.path, F_OK) != 0)
  }

  @Test("A broker comes back on its port")
  func broker() async throws {
    let broker = try await TestBroker()
    #expect(accepts(port: broker.port))
    try await broker.kill()
    #expect(!accepts(port: broker.port))
    try await broker.restart()
    #expect(accepts(port: broker.port))
    try await broker.stop()
  }

  @Test("A wait that fails tells what was seen last")
  func deadline() async {
    await #expect { try await eventually("two", within: .milliseconds(50), observing: { 1 }) { $0 == 2 } } throws: {
      "\($0)".contains("two didn't come true") && "\($0)".contains("last seen: 1")
    }
  }
}
