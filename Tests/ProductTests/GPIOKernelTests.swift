import Foundation
import TestSupport
import Testing

@Suite("GPIO on a kernel")
struct GPIOKernelTests {
  /// How many tests the suite Kernel of GPIODriverTests has; without this a suite that doesn't run would pass.
  private static let count = 16

  @Test("moves lines of the kernel's own chips, in a VM")
  func kernel() async throws {
    let bundle = try Executables.path(of: "swiftletPackageTests.xctest")
    var result = try await Self.run(bundle)
    if result.stderr.contains(Self.stalled) {
      // Said on the terminal: a VM that stalls each time fails below, one that does so often has to be looked into.
      FileHandle.standardError.write(Data("the GPIO VM stalled and is started once more; it said:\n\(result.stderr)\n".utf8))
      result = try await Self.run(bundle)
    }
    #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
    #expect((result.stdout + result.stderr).contains("Test run with \(Self.count) tests in "), "\(result.stdout)\n\(result.stderr)")
    #expect(!(result.stdout + result.stderr).contains("skipped"), "\(result.stdout)\n\(result.stderr)")
  }

  /// What the script says of a VM that it had to end.
  private static let stalled = "error: the VM was ended after"

  /// Runs the suite. It takes one to two minutes; a VM in an emulated processor was once seen to come to rest in the middle of it,
  /// on a machine that was asked for much, so it gets no more than thrice that.
  private static func run(_ bundle: String) async throws -> TestProcess.Result {
    try await TestProcess.run(
      Executables.repositoryRoot + "/scripts/gpio-vm.sh",
      ["--timeout", "330", bundle, "--testing-library", "swift-testing", "--filter", "GPIODriverTests.Kernel/"], within: .seconds(400))
  }

  @Test("is missing on a machine without chips, which gpio-mapper scan says")
  func noChip() async throws {
    let mapper = try Executables.path(of: "gpio-mapper")
    let result = try await TestProcess.run(mapper, ["scan", "--chip", "bench"])
    #expect(result.exit == .code(1))
    #expect(result.stderr.contains("no GPIO chip is called \"bench\""), "\(result.stderr)")
  }
}
