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
    if Self.faults.contains(where: result.stderr.contains) {
      // Said on the terminal, with the kernel's own words: a VM that ends so each time fails below.
      FileHandle.standardError.write(Data("the GPIO VM's kernel died, it is started once more:\n\(result.stderr)\n".utf8))
      result = try await Self.run(bundle)
    }
    #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
    #expect((result.stdout + result.stderr).contains("Test run with \(Self.count) tests in "), "\(result.stdout)\n\(result.stderr)")
    #expect(!(result.stdout + result.stderr).contains("skipped"), "\(result.stdout)\n\(result.stderr)")
  }

  /// What the script says of a VM whose kernel died. Linux 6.1 frees a chip that is removed while its lines are requested ("REMOVING
  /// GPIOCHIP WITH GPIOS STILL REQUESTED"), as a test has to, and uses it afterwards: now and then it dies of that at the next
  /// allocation, whoever asks for it.
  private static let faults = ["error: the VM ended without an exit code", "error: the VM was ended after"]

  /// Runs the suite, which takes one to two minutes.
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
