import JSON
import TestSupport
import Testing
import YAML

@Suite("The article's device with kubectl", .serialized)
struct ArticleTests {
  @Test("Its value is read back with plain kubectl, and survives applying the same YAML again")
  func article() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    let time = try await edge.valuesMove()

    let output = try await edge.kubectl("get", "device", "temperature", "-o", "yaml")
    let device = try #require(try YAMLDocument.parseAll(output.text, file: "kubectl").first).value
    let twins = try #require(device.at("status", "twins")?.array)
    let twin = try #require(twins.first { $0["propertyName"] == "temperature-status" })
    #expect(twin["desired"] == ["metadata": ["type": "string"], "value": ""])
    #expect(twin.at("reported", "metadata", "type") == "string")
    #expect(Int64(twin.at("reported", "metadata", "timestamp")?.string ?? "") ?? 0 > 1_700_000_000_000)
    #expect(twin.at("reported", "value")?.string?.wholeMatch(of: /-?[0-9]+C/) != nil, "\(twin.text)")

    let number = try #require(twins.first { $0["propertyName"] == "temperature" }?.at("reported"))
    #expect(number.at("metadata", "type") == "float")
    #expect((-40.0...125.0).contains(Double(number["value"]?.string ?? "") ?? .nan))

    let again = try await edge.kubectl("apply", "-f", "\(Executables.repositoryRoot)/models/temperature/device.yaml")
    #expect(again.isSuccess, "\(again.all)")
    #expect(try await edge.twin("temperature", "temperature-status")["reported"] != nil)
    try await edge.valuesMove(after: time)

    let table = try await edge.kubectl("get", "devices")
    let rows = table.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.first == ["NAME", "NODE", "PROTOCOL", "STATE", "SYNCED", "LAST-SEEN", "AGE"])
    #expect(rows.last.map { Array($0.prefix(4)) } == ["temperature", "edge-node-1", "temperature", "online"])
    #expect(try await mapper.stop() == .code(0))
    #expect(try await core.stop() == .code(0))
  }

  @Test("A desired value pulls the curve, is written once, and shows as Synced")
  func desired() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    try await edge.valuesMove()
    let set = try await edge.kubectl(
      "patch", "device", "temperature", "--type=json", "-p",
      #"[{"op":"add","path":"/spec/properties/-","value":{"name":"target","desired":{"value":"85"}}}]"#)
    #expect(set.isSuccess, "\(set.all)")
    let waited = try await edge.kubectl(
      "wait", "device/temperature", "--for=condition=Synced", "--timeout=30s")
    #expect(waited.isSuccess, "\(waited.all)")
    #expect(try await edge.twin("temperature", "target").at("reported", "value")?.string.flatMap(Double.init) == 85)
    try await eventually("the temperature near its target") {
      try await edge.twin("temperature", "temperature").at("reported", "value")?.string.flatMap(Double.init)
    } until: {
      ($0 ?? 0) > 76
    }
    let all = try await edge.kubectl("get", "device", "temperature", "-o", "json")
    #expect(all.isSuccess)
    _ = (core, mapper)
  }
}
