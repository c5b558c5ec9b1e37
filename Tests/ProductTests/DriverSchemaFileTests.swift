import Foundation
import TestSupport
import Testing

@Suite("models/driver-schemas")
struct DriverSchemaFileTests {
  @Test("The files are what the mappers print", arguments: ["temperature", "modbus", "gpio"])
  func files(name: String) async throws {
    let printed = try await TestProcess.run(try Executables.path(of: "\(name)-mapper"), ["schema"])
    #expect(printed.exit == .code(0))
    let file = URL(fileURLWithPath: "\(Executables.repositoryRoot)/models/driver-schemas/\(name).yaml")
    if let text = try? String(contentsOf: file, encoding: .utf8), text == printed.stdout { return }
    if ProcessInfo.processInfo.environment["SWIFTLET_WRITE_DOCS"] == "1" {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(printed.stdout.utf8).write(to: file)
    }
    Issue.record(
      "\(file.path) isn't what \(name)-mapper schema prints; SWIFTLET_WRITE_DOCS=1 swift test --filter DriverSchemaFileTests writes it")
  }
}
