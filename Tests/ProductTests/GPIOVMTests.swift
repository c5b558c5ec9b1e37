import Glibc
import TestSupport
import Testing

@Suite("The GPIO VM")
struct GPIOVMTests {
  private static let script = Executables.repositoryRoot + "/scripts/gpio-vm.sh"

  @Test("runs a command on chips whose lines move, and gives its output, files and exit code")
  func command() async throws {
    let folder = try TestFolder("gpio-vm, test")
    let shared = folder.path("shared files")
    let program = """
      set -eu
      gpio-sim add bench 8 3=button 4=relay
      gpiodetect
      gpiomon --num-events=2 --format=%e bench 3 > "$1/events" &
      until gpioinfo bench | grep -q '"button".*gpiomon'; do sleep 0.05; done
      gpio-sim pull bench button up
      until [ -s "$1/events" ] || ! kill -0 $!; do gpio-sim pull bench button down; gpio-sim pull bench button up; done
      wait $!
      gpioget bench 3
      gpioset --mode=signal bench 4=1 &
      until gpio-sim value bench relay | grep -q 1; do sleep 0.05; done
      gpio-sim list
      gpio-sim remove bench
      gpiodetect
      printf 'bytes\\r\\n\\t'
      echo "it's an error" >&2
      exit 7
      """
    let result = try await run(["--share", shared, "sh", "-c", program, "sh", shared], in: folder)
    #expect(result.exit == .code(7), "\(result.stdout)\n\(result.stderr)")
    #expect(
      result.stdout == """
        /dev/gpiochip0
        gpiochip0 [bench] (8 lines)
        1
        bench /dev/gpiochip0
          0 - 0
          1 - 0
          2 - 0
          3 button 1
          4 relay 1
          5 - 0
          6 - 0
          7 - 0
        bytes\r\n\t
        """)
    #expect(result.stderr.hasSuffix("it's an error\n"), "\(result.stderr)")
    #expect(try folder.read("shared files/events") == "1\n0\n")
    #expect(try leftovers(in: folder) == ["shared files"])
  }

  @Test("leaves nothing when it is ended, or when its time is up")
  func ended() async throws {
    let folder = try TestFolder("gpio-vm")
    let process = try await TestProcess(
      Self.script, ["sh", "-c", "echo begun; exec sleep 1000"], environment: ["TMPDIR": folder.path])
    try await process.line(containing: "begun", within: .seconds(300))
    process.send(SIGTERM)
    #expect(try await process.exit() == .code(143))
    #expect(try leftovers(in: folder) == [])

    let late = try await run(["--timeout", "1", "true"], in: folder)
    #expect(late.exit == .code(124))
    #expect(late.stderr.contains("after 1 seconds (--timeout)"), "\(late.stderr)")
    #expect(try leftovers(in: folder) == [])
  }

  @Test("tells why it never answered")
  func silent() async throws {
    let folder = try TestFolder("gpio-vm")
    let result = try await run(["--memory", "1M", "true"], in: folder)
    #expect(result.exit == .code(125))
    #expect(result.stderr.contains("without an exit code"), "\(result.stderr)")
    #expect(result.stderr.contains("too large"), "\(result.stderr)")
    #expect(try leftovers(in: folder) == [])
  }

  @Test("tells what it can't make sense of", arguments: [[], ["--cpus", "many", "true"], ["--share"], ["--fast", "true"]])
  func usage(arguments: [String]) async throws {
    let result = try await TestProcess.run(Self.script, arguments)
    #expect(result.exit == .code(2))
    #expect(result.stderr.hasPrefix("error: "), "\(result.stderr)")
  }

  /// A machine that is busy may take a minute to boot one.
  private func run(_ arguments: [String], in folder: TestFolder) async throws -> TestProcess.Result {
    try await TestProcess.run(Self.script, arguments, environment: ["TMPDIR": folder.path], within: .seconds(300))
  }

  private func leftovers(in folder: TestFolder) throws -> [String] {
    let listing = try #require(opendir(folder.path), "can't list \(folder.path)")
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
