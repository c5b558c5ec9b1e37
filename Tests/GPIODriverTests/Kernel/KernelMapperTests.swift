import Glibc
import JSON
import TestSupport
import Testing

@testable import GPIODriver

extension Kernel {
  @Suite("gpio-mapper")
  struct Mapper {
    private static let devices = """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: DeviceModel
      metadata: {name: panel-model}
      spec:
        protocol: gpio
        properties:
          - {name: button, type: BOOLEAN, accessMode: ReadOnly}
          - {name: presses, type: INT, accessMode: ReadOnly}
          - {name: relay, type: BOOLEAN, accessMode: ReadWrite}
          - {name: leds, type: INT, accessMode: ReadWrite}
      ---
      apiVersion: devices.kubeedge.io/v1beta1
      kind: Device
      metadata: {name: panel}
      spec:
        deviceModelRef: {name: panel-model}
        nodeName: node
        protocol: {protocolName: gpio, configData: {chip: CHIP}}
        methods:
          - {name: pulse, propertyNames: [relay]}
        properties:
          - {name: button, visitors: {protocolName: gpio, configData: {line: button, report: {delivery: every}}}}
          - {name: presses, collectCycle: 200, visitors: {protocolName: gpio, configData: {line: button, measures: count}}}
          - {name: relay, collectCycle: 200, visitors: {protocolName: gpio, configData: {line: 4}}}
          - {name: leds, collectCycle: 200, visitors: {protocolName: gpio, configData: {lines: [5, 6, 7]}}}

      """

    @Test("tells values to a broker, carries out what it is asked over REST, outlives its chip, and gives all lines back")
    func panel() async throws {
      var chip = try SimulatedChip("panel-chip", names: [3: "button"])
      let folder = try TestFolder("gpio-mapper")
      let file = try folder.write("devices.yaml", Self.devices.replacing("CHIP", with: chip.label))
      let broker = try await TestBroker()
      let subscriber = try await TestProcess("stdbuf", ["-oL", "mosquitto_sub", "-p", "\(broker.port)", "-t", "$hw/#", "-v"])
      try await eventually("the subscriber is there") { broker.running?.stderr.contains("SUBSCRIBE") ?? false }
      let port = freePort()
      let mapper = try await TestProcess(
        try Executables.path(of: "gpio-mapper"),
        [
          "--node-name", "node", "--device-source", file, "--mqtt-server", broker.url, "--http-port", "\(port)", "--state-directory",
          folder.path("state"),
        ])
      let device = "http://127.0.0.1:\(port)/api/v1/device/default/panel"
      func waits(for value: String, of property: String) async throws {
        try await eventually("\(property) is \(value)") {
          try await TestProcess.run("curl", ["--silent", "\(device)/\(property)"]).stdout
        } until: {
          $0.contains("\"\(value)\"")
        }
      }
      try await eventually("the mapper has its lines", within: .seconds(60)) { try used(chip).count == 5 }

      // An edge core that answers has more told; with one, docs/gpio.md does.
      try await subscriber.line { $0.contains("panel/twin/update") && $0.contains("\"button\":{\"actual\":{\"value\":\"false\"") }
      try chip.pull(3, true)
      try await waits(for: "true", of: "button")
      try chip.pull(3, false)
      try await waits(for: "false", of: "button")
      try await waits(for: "1", of: "presses")

      let method = "http://127.0.0.1:\(port)/api/v1/devicemethod/default/panel/pulse/relay"
      let pulse = try await TestProcess.run("curl", ["--silent", "--fail-with-body", "-X", "POST", "\(method)/1500"])
      #expect(pulse.exit == .code(0), "\(pulse.stdout)")
      try await chip.waits(for: true, 4)
      try await chip.waits(for: false, 4)
      let refused = try await TestProcess.run("curl", ["--silent", "--fail-with-body", "-X", "POST", "\(method)/forever"])
      #expect(refused.stdout.contains("pulse takes a length in milliseconds"), "\(refused.stdout)")
      let put = try await TestProcess.run(
        "curl",
        ["--silent", "--fail-with-body", "-X", "PUT", "-H", "Content-Type: application/json", "-d", "{\"value\": 5}", "\(device)/leds"])
      #expect(put.exit == .code(0), "\(put.stdout)")
      #expect(try (5...7).map(chip.value) == [true, false, true])

      try chip.remove()
      try await mapper.line(containing: "lost the connection")
      chip = try SimulatedChip("panel-chip", names: [3: "button"])
      try await mapper.line(containing: "connected again")
      try await eventually("the mapper has its lines again") { try used(chip).count == 5 }
      try chip.pull(3, true)
      try await waits(for: "true", of: "button")

      #expect(try await mapper.stop() == .code(0), "\(mapper.report)")
      #expect(try used(chip) == [:])
    }

    private func used(_ chip: SimulatedChip) throws -> [Int: String] {
      let lines = try ChipListing.chips(chip.label).chips.first?.lines ?? []
      return Dictionary(uniqueKeysWithValues: lines.filter(\.isUsed).map { ($0.offset, $0.consumer ?? "") })
    }

    @Test("lists chips, and proposes Devices that it accepts")
    func scan() async throws {
      let mapper = try Executables.path(of: "gpio-mapper")
      let chip = try SimulatedChip("scan-chip", lines: 4, names: [1: "button", 2: "Relay 1"])
      let holder = try LibgpiodChip(path: "/dev/\(chip.name)")
      let held = try holder.request([3], LineSettings(isOutput: true), levels: [false], consumer: "holder")
      let table = try await TestProcess.run(mapper, ["scan", "--chip", "scan-chip"])
      #expect(
        table.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") } == [
          "CHIP LABEL LINE NAME DIRECTION USED BY", "\(chip.name) scan-chip 0 - in -", "\(chip.name) scan-chip 1 button in -",
          "\(chip.name) scan-chip 2 Relay 1 in -", "\(chip.name) scan-chip 3 - out holder",
        ], "\(table)")
      let folder = try TestFolder("scan")
      let yaml = try await TestProcess.run(mapper, ["scan", "-o", "yaml", "--node-name", "node"])
      #expect(yaml.exit == .code(0))
      let plan = try await TestProcess.run(mapper, ["plan", try folder.write("devices.yaml", yaml.stdout)])
      #expect(plan.exit == .code(0), "\(plan)\n\(yaml)")
      let read = try await TestProcess.run(mapper, ["read", "-f", folder.path("devices.yaml"), "scan-chip"])
      #expect(read.exit == .code(0) && read.stdout.contains("relay-1"), "\(read)")
      held.release()
      holder.close()
      let missing = try await TestProcess.run(mapper, ["scan", "--chip", "gpiochip99"])
      #expect(missing.exit == .code(1))
      #expect(missing.stderr.contains("no GPIO chip is called \"gpiochip99\"; there are \(chip.name) (scan-chip)"), "\(missing)")
      let forbidden = try await TestProcess.run("setpriv", ["--reuid", "65534", "--clear-groups", mapper, "scan"])
      #expect(forbidden.exit == .code(1))
      #expect(forbidden.stderr.contains("can't open the GPIO chip") && forbidden.stderr.contains("group gpio"), "\(forbidden)")
    }
  }
}
