import APIClient
import Foundation
import JSON
import ModbusSimulator
import TestSupport
import Testing

@Suite("modbus-mapper as it runs", .timeLimit(.minutes(5)))
struct ModbusRunTests {
  private func options(_ meter: MeterLine, _ broker: TestBroker, http: String = "off") -> [String] {
    [
      "--device-source", meter.devices, "--node-name", "edge-node-1", "--mqtt-server", broker.url, "--api-server", "http://127.0.0.1:1",
      "--state-directory", meter.folder.path("state"), "--http-port", http,
    ]
  }

  @Test("What record keeps, replay serves: the same values again", arguments: MeterLine.Kind.allCases)
  func recording(kind: MeterLine.Kind) async throws {
    let meter = try MeterLine(kind)
    let broker = try await TestBroker()
    var simulator = try await meter.simulate()
    #expect(try await meter.run("write", "-f", meter.devices, "demo-meter", "setpoint=77").exit == .code(0))
    let file = meter.folder.path("wire.jsonl")
    let mapper = try await TestProcess(meter.mapper, ["record", file] + options(meter, broker))
    try await mapper.line(containing: "is recorded in \(file)")
    func answers() throws -> [[UInt8]] {
      let recording = try WireRecording(contentsOf: file)
      #expect(recording.framing == (kind == .tcp ? .tcp : .rtu))
      let header = kind == .tcp ? 7 : 1
      let pairs = zip(recording.entries, recording.entries.dropFirst())
      // Answers to function 4 as data: the registers begin behind function and length.
      return pairs.filter { $0.direction == .out && $0.bytes.dropFirst(header).first == 4 && $1.direction == .in }
        .map { Array($1.bytes.dropFirst(header + 2)) }
    }
    try await eventually("two rounds") { try answers().count >= 2 }
    #expect(try await mapper.stop() == .code(0))
    #expect(try await simulator.stop() == .code(0))

    let first = try #require(try answers().first)
    let voltage = Float(bitPattern: first.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
    simulator = try await meter.start("replay", file, "--speed", "10", until: "replaying")
    let values = try await meter.read()
    #expect(values["voltage"]?.first.map(String.init) == "\(voltage)")
    #expect(values["setpoint"]?.first == "77")
    #expect(values["serial-number"]?.first == "serial-number")
    #expect(try await simulator.stop() == .code(0))
    #expect(simulator.stdout.contains(" 0 of them not recorded"), "\(simulator.stdout)")
  }

  @Test("Several buses are recorded in files with their names, whichever is connected first")
  func recordingOfSeveral() async throws {
    let meter = try MeterLine(.tcp)
    let other = try MeterLine(.line)
    let broker = try await TestBroker()
    let simulators = [try await meter.simulate(), try await other.simulate()]
    try meter.folder.write(
      "devices/other.yaml", try other.folder.read("devices/device.yaml").replacing("name: demo-meter\n", with: "name: other\n"))
    let file = meter.folder.path("wire.jsonl")
    let mapper = try await TestProcess(meter.mapper, ["record", file] + options(meter, broker))
    let line = other.folder.path("line")
    let names = [
      "tcp://127.0.0.1:\(meter.port)": "wire.tcp-127.0.0.1-\(meter.port).jsonl",
      line: "wire.\(line.dropFirst().replacing("/", with: "-")).jsonl",
    ]
    for (bus, name) in names {
      try await eventually("frames in \(name)") { try WireRecording(contentsOf: meter.folder.path(name)).entries.count > 2 }
      #expect(try WireRecording(contentsOf: meter.folder.path(name)).bus == bus)
    }
    #expect(!meter.folder.exists("wire.jsonl"))
    #expect(try await mapper.stop() == .code(0))
    _ = simulators
  }

  @Test("With --read-only nothing is written, neither what is desired nor what is asked for, and values go on")
  func readOnly() async throws {
    let meter = try MeterLine(.tcp, desiring: "50")
    let broker = try await TestBroker()
    let simulator = try await meter.simulate()
    let port = freePort()
    let mapper = try await TestProcess(meter.mapper, ["--read-only"] + options(meter, broker, http: "\(port)"))
    try await mapper.line(containing: "read-only: nothing is written to any device")
    try await mapper.line(containing: "setpoint is not set to \"50\": this mapper runs read-only (--read-only), so nothing is written")
    let client = try APIClient(server: "http://127.0.0.1:\(port)")
    let path = "/api/v1/device/default/demo-meter/setpoint"
    let answer = try await client.request("PUT", path, body: ["value": "60"])
    #expect(!answer.isSuccess)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("runs read-only"), "\(answer)")
    #expect(try await client.get(path).at("Data", "Value") == "0")
    #expect(try await meter.read("setpoint")["setpoint"]?.first == "0")
    #expect(try await mapper.stop() == .code(0))
    // The same without it.
    let writing = try await TestProcess(meter.mapper, options(meter, broker))
    try await writing.line(containing: "setpoint is set to 50")
    #expect(try await meter.read("setpoint")["setpoint"]?.first == "50")
    #expect(try await writing.stop() == .code(0))
    _ = simulator
  }

  @Test("A serial port that a mapper holds is not taken from it; who asks is sent to its REST API")
  func portInUse() async throws {
    let meter = try MeterLine(.line)
    let broker = try await TestBroker()
    let simulator = try await meter.simulate()
    let mapper = try await TestProcess(meter.mapper, options(meter, broker))
    try await mapper.line(containing: "online")
    for arguments in [["read", "-f", meter.devices, "demo-meter"], ["scan", "--units", "1"] + meter.bus] {
      let result = try await meter.run(arguments)
      #expect(result.exit == .code(1))
      #expect(result.stderr.contains("is used by another program"), "\(result.stderr)")
    }
    #expect(try await meter.run("read", "-f", meter.devices, "demo-meter").stderr.contains("curl http://127.0.0.1:7778/api/v1/device/"))
    #expect(try await mapper.stop() == .code(0))
    _ = simulator
  }

  @Test("Ctrl-C ends a scan amid silent units, and what was found by then is told")
  func interrupted() async throws {
    let meter = try MeterLine(.line)
    let simulator = try await meter.simulate()
    let silent = try await TestProcess(meter.mapper, ["scan", "--timeout", "200"] + meter.bus)
    try await eventually("it asks") { try self.isOpen(meter.folder.path("line"), by: silent.pid) }
    silent.send(SIGINT)
    #expect(try await silent.exit(within: .seconds(10)) == .code(1))
    #expect(silent.stderr.contains("Not all units were asked: interrupted."), "\(silent.report)")
    #expect(try await simulator.stop() == .code(0))
  }

  /// Whether a process has a serial line open.
  private func isOpen(_ path: String, by process: pid_t) throws -> Bool {
    let line = try FileManager.default.destinationOfSymbolicLink(atPath: path)
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
    return descriptors.contains { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)")) == line }
  }
}
