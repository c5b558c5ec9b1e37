import MapperSDK
import MapperTesting
import Testing

@Suite("A clock that stands")
struct ManualClockTests {
  private static let spec = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: bells}
    spec:
      protocol: bell
      properties:
      - {name: count, type: INT, accessMode: ReadOnly}
    ---
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: door}
    spec:
      deviceModelRef: {name: bells}
      nodeName: anywhere
      protocol: {protocolName: bell, configData: {bell: BELL}}
      properties:
      - {name: count, collectCycle: 3600000, visitors: {protocolName: bell, configData: {line: count}}}
    """

  @Test("lets an hour's cycle pass at once")
  func advances() async throws {
    let bell = Bell()
    let door = DeviceName(namespace: "default", name: "door")
    let clock = ManualClock(now: 1_000_000)
    try await MapperHarness.run(BellDriver(), clock: clock) { harness in
      let number = bell.protocolConfig["bell"]?.text ?? ""
      try harness.apply(Self.spec.replacing("BELL", with: number))
      let first = try await harness.edge.report(of: "count", of: door)
      #expect(first.value == "3")
      #expect(first.timestamp == 1_000_000)
      for count in 4...6 {
        bell.set("\(count)", of: "count")
        clock.advance(by: .seconds(7200))
        let report = try await harness.edge.report(of: "count", of: door) { $0.value == "\(count)" }
        #expect(report.timestamp == 1_000_000 + Int64(count - 3) * 7_200_000)
      }
    }
    bell.stop()
  }
}
