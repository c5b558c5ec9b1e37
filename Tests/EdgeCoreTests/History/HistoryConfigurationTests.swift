import EdgeCore
import TestSupport
import Testing

@Suite("How much history is kept")
struct HistoryConfigurationTests {
  @Test("An hour and 4 MiB, unless a flag, the environment or the file say otherwise, in this order")
  func sources() throws {
    let folder = try TestFolder()
    let path = try folder.write("edgecore.yaml", "modules: {deviceTwin: {historySeconds: 60, historyBytes: 1000}}\n")
    let file = try EdgeCoreOptions(file: path)
    #expect(file.ignoredKeys == [])
    let none = try EdgeCoreConfiguration([])
    #expect(none.historySeconds == 3_600 && none.historyBytes == 4 << 20)
    let environment = EdgeCoreOptions(environment: ["EDGECORE_HISTORY_SECONDS": "30"])
    let both = try EdgeCoreConfiguration([environment, file])
    #expect(both.historySeconds == 30 && both.historyBytes == 1_000)
    var flags = EdgeCoreOptions()
    flags.historyBytes = "0"
    #expect(try EdgeCoreConfiguration([flags, environment, file]).historyBytes == 0)
  }

  @Test("What is no such number is refused", arguments: ["soon", "-1", "31536001", "99999999999999999999"])
  func wrong(text: String) throws {
    var flags = EdgeCoreOptions()
    flags.historySeconds = text
    #expect(throws: EdgeCoreError.self) { try EdgeCoreConfiguration([flags]) }
    let folder = try TestFolder()
    let path = try folder.write("edgecore.yaml", "modules:\n  deviceTwin:\n    historySeconds: \(text)\n")
    let error = #expect(throws: EdgeCoreError.self) { try EdgeCoreOptions(file: path) }
    #expect(error?.message.hasPrefix("\(path):3:") == true, "\(error?.message ?? "")")
  }
}
