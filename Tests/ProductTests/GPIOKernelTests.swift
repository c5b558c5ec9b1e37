import TestSupport
import Testing

@Suite("GPIO on a kernel")
struct GPIOKernelTests {
  /// How many tests the suite Kernel of GPIODriverTests has; without this a suite that doesn't run would pass.
  private static let count = 16

  @Test("moves lines of the kernel's own chips, in a VM")
  func kernel() async throws {
    let bundle = try Executables.path(of: "swiftletPackageTests.xctest")
    let result = try await TestProcess.run(
      Executables.repositoryRoot + "/scripts/gpio-vm.sh",
      [bundle, "--testing-library", "swift-testing", "--filter", "GPIODriverTests.Kernel/"], within: .seconds(600))
    #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
    #expect((result.stdout + result.stderr).contains("Test run with \(Self.count) tests in "), "\(result.stdout)\n\(result.stderr)")
    #expect(!(result.stdout + result.stderr).contains("skipped"), "\(result.stdout)\n\(result.stderr)")
  }

  @Test("is missing on a machine without chips, which gpio-mapper scan says")
  func noChip() async throws {
    let mapper = try Executables.path(of: "gpio-mapper")
    let result = try await TestProcess.run(mapper, ["scan", "--chip", "bench"])
    #expect(result.exit == .code(1))
    #expect(result.stderr.contains("no GPIO chip is called \"bench\""), "\(result.stderr)")
  }
}
