import MapperSDK
import MapperTesting
import Testing

@Suite("A harness")
struct MapperHarnessTests {
  private static let door = DeviceName(namespace: "default", name: "door")

  private static func model(_ name: String = "bells") -> String {
    """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: \(name)}
    spec:
      protocol: bell
      properties:
      - {name: lamp, type: BOOLEAN, accessMode: ReadWrite}
      - {name: count, type: INT, accessMode: ReadOnly}
    ---

    """
  }

  private static func device(_ bell: Bell, lamp: String = "lamp") -> String {
    """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: door}
    spec:
      deviceModelRef: {name: bells}
      protocol: {protocolName: bell, configData: \(bell.protocolConfig.text)}
      properties:
      - {name: lamp, visitors: {protocolName: bell, configData: {line: \(lamp)}}}
      - {name: count, collectCycle: 20, visitors: {protocolName: bell, configData: {line: count}}}
    """
  }

  @Test("runs what is applied, reads, writes, and lets it go")
  func runs() async throws {
    let bell = Bell()
    try await MapperHarness.run(BellDriver()) { harness in
      try harness.apply(Self.model() + Self.device(bell))
      try await harness.edge.report(of: "count", of: Self.door) { $0.value == "3" && $0.type == "int" }
      bell.set("9", of: "count")
      try await harness.edge.report(of: "count", of: Self.door) { $0.value == "9" }
      #expect(try await harness.write("true", to: "lamp", of: Self.door) == "true")
      #expect(bell.value(of: "lamp") == "true")
      #expect(try await harness.read("count", of: Self.door) == "9")
      let error = await #expect(throws: HarnessError.self) { try await harness.write("1", to: "count", of: Self.door) }
      #expect(error?.code == .requestFailed)
      #expect(await harness.buses.map(\.connects) == [1])
      harness.delete(device: Self.door)
      try await harness.edge.wait(for: "the device's end") { $0.devices.isEmpty }
    }
    bell.stop()
  }

  @Test("desires a value, which is written once, however often it is told")
  func desires() async throws {
    let bell = Bell()
    try await MapperHarness.run(BellDriver()) { harness in
      try harness.apply(Self.model() + Self.device(bell))
      try await harness.edge.report(of: "lamp", of: Self.door)
      let timestamp = await harness.edge.desire("true", for: "lamp", of: Self.door)
      let report = try await harness.edge.report(of: "lamp", of: Self.door) { $0.written != nil }
      #expect(report.written == EdgeWrite(timestamp: timestamp))
      bell.set("false", of: "lamp")
      // Nobody reads it for a day: told once, it has to be told again.
      try await harness.edge.wait(for: "the lamp's event") { $0.reports(of: "lamp", of: Self.door).last?.value == "false" }
      harness.edge.forget()
      await harness.edge.restart()
      try await harness.edge.report(of: "lamp", of: Self.door) { $0.value == "false" }
      #expect(bell.value(of: "lamp") == "false")
      let refused = await harness.edge.desire("perhaps", for: "lamp", of: Self.door)
      let refusal = try await harness.edge.report(of: "lamp", of: Self.door) { $0.written?.timestamp == refused }
      #expect(refusal.written?.error?.contains("perhaps") == true)
    }
    bell.stop()
  }

  @Test("refuses what is wrong with its place, unless it is to run all the same")
  func refuses() async throws {
    let bell = Bell()
    try await MapperHarness.run(BellDriver()) { harness in
      let wrong = Self.model() + Self.device(bell, lamp: "lamb")
      let error = #expect(throws: HarnessError.self) { try harness.apply(wrong) }
      #expect(error?.code == .invalidSpec)
      #expect(error?.description.contains("did you mean lamp") == true, "\(error?.description ?? "")")
      #expect(throws: HarnessError.self) { try harness.apply("{a: b") }
      #expect(harness.edge.devices.isEmpty)
      let findings = try harness.applyRegardless(wrong)
      #expect(findings.contains { $0.contains("did you mean lamp") })
      try await harness.edge.report(of: "count", of: Self.door)
      #expect(harness.edge.reports(of: "lamp", of: Self.door).isEmpty)
    }
    bell.stop()
  }

  @Test("says in time what didn't happen")
  func waits() async throws {
    try await MapperHarness.run(BellDriver()) { harness in
      let error = await #expect(throws: WaitTimeout.self) {
        try await harness.edge.report(of: "count", of: Self.door, within: .milliseconds(50))
      }
      #expect(error?.description == "the report of count of default/door didn't happen within 0.05 seconds; last seen: nothing")
    }
  }
}
