import APIClient
import Foundation
import JSON
import ModbusSimulator
import TestSupport
import Testing

@Suite("modbus-mapper's subcommands", .timeLimit(.minutes(5)))
struct ModbusCommandTests {
  // MARK: How they are called

  @Test(
    "Every subcommand has help with examples",
    arguments: ["run", "plan", "read", "write", "record", "scan", "replay", "simulate"])
  func help(subcommand: String) async throws {
    let mapper = try Executables.path(of: "modbus-mapper")
    for arguments in [[subcommand, "--help"], ["help", subcommand]] {
      let help = try await TestProcess.run(mapper, arguments)
      #expect(help.exit == .code(0), "\(help.stderr)")
      #expect(help.stdout.contains("Examples:"))
      #expect(help.stdout.contains("USAGE: modbus-mapper \(subcommand)"))
    }
  }

  @Test(
    "What can't be meant is a usage error that says so",
    arguments: [
      (["plan"], "<file>"), (["plan", "x", "--turnaround", "-1"], "--turnaround"), (["read"], "device"),
      (["write", "d"], "<property=value>"),
      (["write", "d", "setpoint"], "PROPERTY=VALUE"), (["read", "d", "--log-level", "loud"], "loud"), (["scan"], "which bus?"),
      (["scan", "--tcp", "127.0.0.1", "--serial", "/dev/x"], "which bus?"), (["scan", "--tcp", "h", "--units", "1-300"], "1-300"),
      (["scan", "--tcp", "h", "--baud-rate", "9600"], "--serial"), (["scan", "--serial", "/dev/x", "--parity", "odder"], "odder"),
      (["replay"], "file"), (["replay", "f", "--speed", "0"], "--speed"), (["replay", "f", "--listen", "x"], "HOST:PORT"),
      (["simulate", "f", "--listen", "127.0.0.1:1", "--pty", "/x"], "one of"), (["record"], "file"),
      (["dance"], "unknown subcommand 'dance'\nSee"), (["plann", "x.yaml"], "unknown subcommand 'plann'; did you mean plan?"),
      (["run", "--read-only", "--http-port", "many"], "--http-port"),
    ] as [([String], String)])
  func usage(arguments: [String], words: String) async throws {
    let result = try await TestProcess.run(try Executables.path(of: "modbus-mapper"), arguments)
    #expect(result.exit == .code(2), "\(result.stdout)\(result.stderr)")
    #expect(result.stderr.contains(words), "\(result.stderr)")
  }

  @Test("run is what is done without a subcommand, and temperature-mapper, which can't record, doesn't offer it")
  func defaultSubcommand() async throws {
    let mapper = try Executables.path(of: "modbus-mapper")
    for arguments in [[], ["run"]] {
      let result = try await TestProcess.run(mapper, arguments + ["--node-name", "a/b"])
      #expect(result.exit == .code(2))
      #expect(result.stderr.contains("--node-name: \"a/b\" can't be a name"), "\(result.stderr)")
    }
    let other = try Executables.path(of: "temperature-mapper")
    #expect(try await TestProcess.run(other, ["--help"]).stdout.contains("  record") == false)
    #expect(try await TestProcess.run(other, ["--record", "x"]).stderr.contains("can't record"))
  }

  // MARK: A simulated meter

  @Test("What is simulated can be read, written and found, and keeps what is written", arguments: MeterLine.Kind.allCases)
  func direct(kind: MeterLine.Kind) async throws {
    let meter = try MeterLine(kind)
    let simulator = try await meter.simulate()
    let values = try await meter.read()
    #expect(values.count == 9)
    #expect((values["voltage"]?.first.flatMap { Double($0) }).map { (226...234).contains($0) } == true, "\(values)")
    #expect(values["voltage"]?.dropFirst().first == "V")
    #expect(values["status"]?.first == "standby")
    #expect(values["serial-number"]?.first == "serial-number")
    #expect(values["setpoint"]?.first == "0")
    try await eventually("the power moves") { try await meter.read("power")["power"] != values["power"] }

    let written = try await meter.run("write", "-f", meter.devices, "demo-meter", "setpoint=42", "relay=true")
    #expect(written.exit == .code(0), "\(written.stderr)")
    #expect(written.stdout == "PROPERTY   VALUE   UNIT   AGE/ERROR\nsetpoint   42      %      0s\nrelay      true           0s\n")
    #expect(try await meter.read("setpoint", "relay").mapValues(\.first) == ["setpoint": "42", "relay": "true"])

    let refused = try await meter.run("write", "-f", meter.devices, "demo-meter", "relay=false", "setpoint=142", "voltage=1", "setpint=1")
    #expect(refused.exit == .code(1))
    #expect(
      refused.stderr
        == "modbus-mapper: nothing is written: setpoint: 142 is above the maximum of 100 %; voltage: the property is read-only; "
        + "setpint: the device has no such property, did you mean setpoint?\n")
    #expect(try await meter.read("relay")["relay"]?.first == "true")

    let scan = try await meter.run(["scan", "--units", "1-3", "--timeout", "1000"] + meter.bus)
    #expect(scan.exit == .code(0), "\(scan.stderr)")
    let rows = scan.stdout.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
    #expect(rows.count == 1)
    #expect(rows.first?.first == "1")
    #expect(rows.first?.contains("demo-meter") == true, "\(scan.stdout)")
    #expect(scan.stderr == "")
    #expect(try await simulator.stop() == .code(0))
  }

  @Test("JSON has the same; one property that isn't there costs only itself, and the exit code")
  func json() async throws {
    let meter = try MeterLine(.tcp)
    let simulator = try await meter.simulate()
    let result = try await meter.run("read", "-f", meter.devices, "default/demo-meter", "setpoint", "nope", "-o", "json")
    #expect(result.exit == .code(1))
    let json = try JSONValue(parsing: result.stdout)
    #expect(json[0] == ["property": "setpoint", "value": "0", "unit": "%"])
    #expect(json[1] == ["property": "nope", "error": "the device has no such property"])
    _ = simulator
  }

  @Test("What a scan proposes is applied as it is")
  func proposal() async throws {
    let meter = try MeterLine(.tcp)
    let simulator = try await meter.simulate()
    let scan = try await meter.run(["scan", "--units", "1,2", "--timeout", "1000", "-o", "yaml", "--node-name", "edge-node-1"] + meter.bus)
    #expect(scan.exit == .code(0), "\(scan.stderr)")
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let applied = try await edge.edgectl("apply", "-f", try meter.folder.write("found.yaml", scan.stdout))
    #expect(applied.isSuccess, "\(applied.all)")
    let device = try await edge.object("device", "modbus-127-0-0-1-\(meter.port)-unit-1")
    #expect(device.at("spec", "protocol", "configData", "port")?.integer == Int64(meter.port))
    #expect(device.at("metadata", "annotations", "product-code") == "demo-meter")
    _ = (simulator, core)
  }

  @Test("A device of the API is read by its name; nobody there, no such device and a dead bus end with 1 and say what to do")
  func failures() async throws {
    let meter = try MeterLine(.tcp)
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    #expect(try await edge.kubectl("apply", "-f", meter.devices).isSuccess)
    let dead = try await meter.run("read", "demo-meter", "voltage", "--api-server", edge.server)
    #expect(dead.exit == .code(1))
    #expect(dead.stderr.contains("can't connect to 127.0.0.1 port \(meter.port)"), "\(dead.stderr)")
    #expect(dead.stderr.contains("curl http://127.0.0.1:7778/api/v1/device/default/demo-meter/voltage"))
    let simulator = try await meter.simulate()
    let read = try await meter.run("read", "demo-meter", "setpoint", "--api-server", edge.server)
    #expect(read.exit == .code(0), "\(read.stderr)")
    #expect(read.stdout.contains("setpoint   0"))
    let missing = try await meter.run("read", "nobody", "--api-server", edge.server)
    #expect(missing.exit == .code(1))
    #expect(missing.stderr.contains("not found"), "\(missing.stderr)")
    let elsewhere = try await meter.run("write", "nobody", "setpoint=1", "--api-server", "http://127.0.0.1:1")
    #expect(elsewhere.exit == .code(1))
    for result in [missing, elsewhere] {
      #expect(result.stderr.contains("are taken from the API at http://127.0.0.1:"), "\(result.stderr)")
      #expect(result.stderr.contains(" -f device-model.yaml -f device.yaml default/nobody"), "\(result.stderr)")
    }
    // A gateway that takes one connection only is reached, and silent.
    simulator.send(SIGSTOP)
    let silent = try await meter.run("read", "-f", meter.devices, "demo-meter", "voltage")
    simulator.send(SIGCONT)
    #expect(silent.exit == .code(1))
    #expect(silent.stdout.contains("doesn't answer"), "\(silent.stdout)")
    #expect(silent.stderr.contains("curl http://127.0.0.1:7778/api/v1/device/default/demo-meter/"), "\(silent.stderr)")
    let misspelt = try await meter.run("read", "-f", meter.devices, "demo-metre")
    #expect(misspelt.stderr.contains("did you mean default/demo-meter?"), "\(misspelt.stderr)")
    let nobody = try await meter.run("scan", "--tcp", "127.0.0.1:\(meter.port)", "--units", "7-8", "--timeout", "50")
    #expect(nobody.exit == .code(1))
    #expect(nobody.stderr.contains("no unit of tcp://127.0.0.1:\(meter.port) answers"), "\(nobody.stderr)")
    _ = (core, simulator)
  }

  @Test("Every model that is shipped can be simulated, and each of its properties has a value")
  func shipped() async throws {
    let models = Executables.repositoryRoot + "/models/modbus"
    let mapper = try Executables.path(of: "modbus-mapper")
    for name in try FileManager.default.contentsOfDirectory(atPath: models).sorted() where !name.contains(".") {
      let folder = try TestFolder("shipped")
      let port = freePort()
      let example = FileManager.default.fileExists(atPath: "\(models)/\(name)/device.yaml") ? "device.yaml" : "device-tcp.yaml"
      let device = try String(contentsOfFile: "\(models)/\(name)/\(example)", encoding: .utf8)
        .replacing(/ip: .*/, with: "ip: 127.0.0.1").replacing(/port: .*/, with: "port: \(port)")
      let files = ["\(models)/\(name)/device-model.yaml", try folder.write("device.yaml", device)]
      let simulator = try await TestProcess(mapper, ["simulate"] + files + ["--listen", "127.0.0.1:\(port)"])
      try await simulator.line(containing: "properties")
      let object = try #require(device.firstMatch(of: /metadata:\n  name: (\S+)/)).1
      let read = try await TestProcess.run(mapper, ["read"] + files.flatMap { ["-f", $0] } + [String(object)])
      #expect(read.exit == .code(0), "\(name): \(read.stdout)\(read.stderr)")
      #expect(try await simulator.stop() == .code(0))
    }
  }

  @Test("Two buses with the same unit aren't simulated as one; the one that is chosen is")
  func severalBuses() async throws {
    let meter = try MeterLine(.tcp)
    let other = try MeterLine(.line)
    try meter.folder.write(
      "devices/other.yaml", try other.folder.read("devices/device.yaml").replacing("name: demo-meter\n", with: "name: other\n"))
    let both = try await meter.run("simulate", meter.devices)
    #expect(both.exit == .code(1))
    #expect(both.stderr.contains("both have a unit 1: choose one of"), "\(both.stderr)")
    let simulator = try await meter.start("simulate", meter.devices, "--bus", "tcp://127.0.0.1:\(meter.port)", until: "9 properties")
    #expect(try await meter.read("setpoint")["setpoint"]?.first == "0")
    _ = simulator
  }

  @Test("A host name is as good as an address")
  func hostName() async throws {
    let meter = try MeterLine(.tcp)
    let simulator = try await TestProcess(meter.mapper, ["simulate", meter.devices, "--listen", "localhost:\(meter.port)"])
    try await simulator.line(containing: "serving at 127.0.0.1:\(meter.port)")
    #expect(try await meter.read("setpoint")["setpoint"]?.first == "0")
    let scan = try await meter.run("scan", "--tcp", "localhost:\(meter.port)", "--units", "1", "--timeout", "1000")
    #expect(scan.exit == .code(0), "\(scan.stderr)")
    #expect(try await simulator.stop() == .code(0))
    let unknown = try await meter.run("simulate", meter.devices, "--listen", "no-such-host.invalid:1502")
    #expect(unknown.exit == .code(1))
    #expect(unknown.stderr.contains("no-such-host.invalid"), "\(unknown.stderr)")
  }

  @Test("A scan lists who refuses and who answers with noise, with what came, and asks a silent unit once")
  func scanOfTheDamaged() async throws {
    let memory = SlaveMemory()
    for unit in 1...6 { memory.addUnit(UInt8(unit)) }
    memory.set(.inputRegisters, 0, 17, unit: 2)
    memory.set(.holdingRegisters, 0, 42, unit: 6)
    let faults = FaultInjector()
    faults.set([
      FaultRule(.exception(.serverDeviceFailure), unit: 1), FaultRule(.truncate(keeping: 4), unit: 3), FaultRule(.ignore, unit: 4),
      FaultRule(.wrongUnit, unit: 5),
    ])
    let simulator = try ModbusSimulator(memory: memory, listen: .rtuOverTCP(port: 0), faults: faults)
    let mapper = try Executables.path(of: "modbus-mapper")
    let scan = try await TestProcess.run(
      mapper, ["scan", "--rtu-over-tcp", "127.0.0.1:\(simulator.port)", "--units", "1-6", "--timeout", "500"])
    #expect(scan.exit == .code(0), "\(scan.stderr)")
    let rows = Dictionary(uniqueKeysWithValues: scan.stdout.split(separator: "\n").dropFirst().map { ($0.prefix(1), $0) })
    #expect(rows.keys.sorted() == ["1", "2", "3", "5", "6"], "\(scan.stdout)")
    #expect(rows["1"]?.contains("exception 4, server device failure") == true, "\(scan.stdout)")
    #expect(rows["2"]?.contains("input register 0 is 17; holding register 0: exception 2, illegal data address") == true, "\(scan.stdout)")
    #expect(rows["3"]?.contains("damaged: ") == true, "\(scan.stdout)")
    #expect(rows["5"]?.contains("damaged: unit 6 answers instead of unit 5") == true, "\(scan.stdout)")
    #expect(rows["6"]?.contains("holding register 0 is 42") == true, "\(scan.stdout)")
    #expect(simulator.requests.count { $0.unit == 4 } == 1)
  }
}
