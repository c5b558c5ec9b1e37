import APIClient
import JSON
import TestSupport
import Testing

@testable import EdgectlCommand

@Suite("edgectl as a program, with edgecore and kubectl")
struct CommandTests {
  private let model = Edge.model
  private let device = Edge.device

  @Test("Objects are created, unchanged, configured, shown and deleted")
  func lifecycle() async throws {
    let edge = try await Edge()
    let file = try edge.folder.write("all.yaml", device + "\n---\n" + model)
    var result = try await edge.edgectl("apply", "-f", file)
    #expect(
      result.stdout == "devicemodel.devices.kubeedge.io/thermometer created\ndevice.devices.kubeedge.io/hall created\n", "\(result.stderr)")
    result = try await edge.edgectl("apply", "-f", file)
    #expect(result.stdout == "devicemodel.devices.kubeedge.io/thermometer unchanged\ndevice.devices.kubeedge.io/hall unchanged\n")
    let edited = device.replacingOnce(#"floor: "1""#, #"room: "7""#)
    result = try await edge.edgectl("apply", "-f", "-", input: edited)
    #expect(result.stdout == "device.devices.kubeedge.io/hall configured\n")
    result = try await edge.edgectl("get", "device", "hall", "-o", "json")
    #expect(try JSONValue(parsing: result.stdout).at("metadata", "labels") == ["room": "7"])

    result = try await edge.edgectl("get", "devices")
    #expect(result.stdout.hasPrefix("NAME   NODE     PROTOCOL      STATE"))
    #expect(result.stdout.contains("\nhall   edge-1   temperature   unknown"))
    #expect(try await edge.edgectl("get", "devices", "-o", "name").stdout == "device.devices.kubeedge.io/hall\n")
    #expect(
      try await edge.edgectl("get", "device", "hall", "-o", "yaml").stdout.hasPrefix(
        "apiVersion: devices.kubeedge.io/v1beta1\nkind: Device\n"))

    result = try await edge.edgectl("delete", "device", "hall")
    #expect(result.stdout == "device.devices.kubeedge.io \"hall\" deleted from default namespace\n")
    result = try await edge.edgectl("delete", "-f", file)
    #expect(result.exit == .code(1))
    #expect(result.stdout.hasPrefix("devicemodel.devices.kubeedge.io \"thermometer\" deleted"))
    #expect(result.stderr.contains("\"hall\" not found"))
    #expect(try await edge.edgectl("delete", "device", "hall", "--ignore-not-found").exit == .code(0))
  }

  @Test("What is warned of for many objects is told once, and -o wide tells what is wrong with them")
  func warnings() async throws {
    let edge = try await Edge()
    let other = device.replacingOnce("name: hall", "name: cellar")
    var result = try await edge.edgectl("apply", "-f", "-", input: device + "\n---\n" + other)
    #expect(result.exit == .code(0), "\(result.stderr)")
    #expect(result.stderr.split(separator: "\n").count { $0.hasPrefix("Warning: ") } == 1, "\(result.stderr)")
    result = try await edge.edgectl("get", "devices", "-o", "wide")
    let rows = result.stdout.split(separator: "\n")
    #expect(rows.first?.split(separator: " ").suffix(3) == ["AGE", "MODEL", "MESSAGE"], "\(result.stdout)")
    #expect(rows.last?.contains("   thermometer   there is no DeviceModel \"thermometer\"") == true, "\(result.stdout)")
    #expect(try await edge.edgectl("get", "devices").stdout.contains("MODEL") == false)
  }

  @Test("A desired value is set and seen; a property that isn't there is refused")
  func desired() async throws {
    let edge = try await Edge()
    _ = try await edge.edgectl("apply", "-f", "-", input: model + "\n---\n" + device)
    var result = try await edge.edgectl("set", "hall", "target=21.5")
    #expect(result.stdout == "hall target desired 21.5\n", "\(result.stderr)")
    result = try await edge.edgectl("watch", "--once", "hall")
    let row = try #require(result.stdout.split(separator: "\n").first { $0.contains(" target ") })
    #expect(row.contains("21.5"))
    result = try await edge.edgectl("set", "hall", "nope=1")
    #expect(result.exit == .code(1))
    #expect(result.stderr == "error: the device \"hall\" has no property \"nope\"; it has: value, target\n")
  }

  @Test("The history shows what was desired and reported, as a table, as YAML, and of one property")
  func history() async throws {
    let edge = try await Edge()
    _ = try await edge.edgectl("apply", "-f", "-", input: model + "\n---\n" + device)
    var result = try await edge.edgectl("history", "hall")
    #expect(result.exit == .code(0) && result.stdout == "" && result.stderr == "No changes are known.\n", "\(result.stderr)")
    _ = try await edge.edgectl("set", "hall", "target=21.5")
    _ = try await edge.edgectl("set", "hall", "target=22")
    result = try await edge.edgectl("history", "hall", "--since", "1h30m")
    let rows = result.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.count == 3 && rows[0] == ["TIME", "PROPERTY", "REPORTED", "DESIRED", "QUALITY"], "\(result.stdout)")
    #expect(rows.dropFirst().map { Array($0.dropFirst(2)) } == [["target", "-", "21.5", "-"], ["target", "-", "22", "-"]])
    result = try await edge.edgectl("history", "hall", "target", "--tail", "1", "-o", "yaml")
    #expect(
      result.stdout.contains("propertyName: target") && result.stdout.contains("22") && !result.stdout.contains("21.5"), "\(result.stdout)")
    result = try await edge.edgectl("history", "nobody")
    #expect(result.exit == .code(1) && result.stderr.contains("\"nobody\" not found"), "\(result.stderr)")
    #expect(try await edge.edgectl("history", "hall", "--since", "soon").exit == .code(2))
    result = try await edge.edgectl("history", "hall", "value")
    #expect(result.exit == .code(0) && result.stderr == "No changes of value are known.\n", "\(result.stderr)")
    result = try await edge.edgectl("history", "hall", "nope", "-o", "json")
    #expect(result.exit == .code(1) && result.stdout == "")
    #expect(result.stderr == "error: the device \"hall\" has no property \"nope\"; it has: value, target\n")
  }

  @Test("set --wait comes back when the device has the value, and fails in time when it never will")
  func waiting() async throws {
    let edge = try await Edge()
    let device = device.replacingOnce("name: thermometer}", "name: temperature-model}").replacingOnce("name: value", "name: temperature")
    let models = "\(Executables.repositoryRoot)/models/temperature/device-model.yaml"
    var result = try await edge.edgectl("apply", "-f", models, "-f", try edge.folder.write("device.yaml", device))
    #expect(result.exit == .code(0), "\(result.stderr)")
    result = try await edge.edgectl("set", "hall", "target=60", "--wait", "--timeout", "1")
    #expect(result.exit == .code(1))
    #expect(result.stderr.hasPrefix("error: not reported within 1 seconds"), "\(result.stderr)")
    let mapper = try await TestProcess(
      Executables.path(of: "temperature-mapper"),
      [
        "--node-name", "edge-1", "--api-server", edge.server, "--mqtt-server", edge.broker.url, "--http-port", "off",
        "--state-directory", edge.folder.path("mapper"),
      ])
    result = try await edge.edgectl("set", "hall", "target=65", "--wait")
    #expect(result.exit == .code(0), "\(result.stderr)\n\(mapper.report)")
    #expect(result.stdout == "hall target desired 65\nhall target reported 65\n")
  }

  @Test("The live log survives a killed edgecore and ends with its signal")
  func watch() async throws {
    let edge = try await Edge()
    _ = try await edge.edgectl("apply", "-f", "-", input: model + "\n---\n" + device)
    let watch = try await TestProcess(Executables.path(of: "edgectl"), ["-s", edge.server, "watch"])
    try await watch.line(containing: "default/hall target desired=- reported=-")
    try await edge.restart()
    try await watch.line(containing: "reconnecting")
    try await edge.ready()
    _ = try await edge.edgectl("set", "hall", "target=19")
    try await watch.line(containing: "default/hall target desired=19")
    watch.send(2)
    #expect(try await watch.exit() == .code(0), "\(watch.report)")
  }

  @Test("edgectl and kubectl apply the same object in turn")
  func kubectl() async throws {
    let edge = try await Edge()
    let kubectl = try Executables.kubectl()
    let file = try edge.folder.write("all.yaml", model + "\n---\n" + device)
    let kubectlApply = ["-s", edge.server, "--cache-dir", edge.folder.path("cache"), "apply", "-f", file]
    _ = try await edge.edgectl("apply", "-f", file)
    var result = try await TestProcess.run(kubectl, kubectlApply)
    #expect(
      result.stdout == "devicemodel.devices.kubeedge.io/thermometer unchanged\ndevice.devices.kubeedge.io/hall unchanged\n",
      "\(result.stderr)")
    #expect(!result.stderr.contains("Warning"))
    try edge.folder.write("all.yaml", model + "\n---\n" + device.replacingOnce(#"floor: "1""#, #"room: "7""#))
    result = try await TestProcess.run(kubectl, kubectlApply)
    #expect(result.stdout.contains("device.devices.kubeedge.io/hall configured"), "\(result.stderr)")
    result = try await edge.edgectl("apply", "-f", file)
    #expect(
      result.stdout == "devicemodel.devices.kubeedge.io/thermometer unchanged\ndevice.devices.kubeedge.io/hall unchanged\n",
      "\(result.stderr)")
  }

  @Test("Mistakes in files are told with their places and nothing is sent")
  func mistakes() async throws {
    let edge = try await Edge()
    let bad = try edge.folder.write("bad.yaml", "apiVersion: v1\nkind: Device\nmetadata: [\n")
    let good = try edge.folder.write("good.yaml", model)
    var result = try await edge.edgectl("apply", "-f", bad, "-f", good)
    #expect(result.exit == .code(1))
    #expect(result.stderr.hasPrefix("\(bad):"))
    #expect(result.stdout == "")
    let unknown = try edge.folder.write("unknown.yaml", device.replacingOnce("nodeName: edge-1", "nodeNmae: edge-1"))
    let wrong = try edge.folder.write("wrong.yaml", model.replacingOnce("type: FLOAT", "type: FLOOT"))
    result = try await edge.edgectl("apply", "-f", unknown, "-f", wrong, "-f", good)
    #expect(result.exit == .code(1))
    #expect(result.stdout == "")
    #expect(result.stderr.contains("\(unknown):6:3: spec.nodeNmae: unknown field (did you mean nodeName?)"), "\(result.stderr)")
    #expect(result.stderr.contains("\(wrong):7:"), "\(result.stderr)")
    result = try await edge.edgectl("apply", "--no-validate", "-f", unknown)
    #expect(result.exit == .code(0), "\(result.stderr)")
    #expect(result.stderr.contains("Warning: "))
    result = try await edge.edgectl("apply", "-f", "-", input: "apiVersion: v1\nkind: Nope\nmetadata: {name: x}\n")
    #expect(result.stderr.hasPrefix("<stdin>:2:1: the server knows no kind \"Nope\""))
  }

  @Test("What isn't understood exits with 2, a server that isn't there with 1 and a sentence")
  func exits() async throws {
    func run(_ arguments: String...) async throws -> TestProcess.Result {
      try await TestProcess.run(Executables.path(of: "edgectl"), arguments, environment: ["EDGECTL_SERVER": nil])
    }
    for arguments in [["nope"], ["get"], ["get", "devices", "-o", "nope"], ["-s", "ftp://x", "version"], ["set", "x"], ["delete"]] {
      let result = try await TestProcess.run(Executables.path(of: "edgectl"), arguments)
      #expect(result.exit == .code(2), "\(arguments): \(result.stderr)")
    }
    let port = freePort()
    let refused = try await run("-s", "http://127.0.0.1:\(port)", "get", "devices")
    #expect(refused.exit == .code(1))
    #expect(
      refused.stderr == "error: cannot reach the API server at http://127.0.0.1:\(port): connection refused. Is edgecore running?\n"
        + "Start it with \"edgecore\", or name another server with --server or $EDGECTL_SERVER.\n")
    #expect(try await run("--version").stdout == "\(edgectlVersion)\n")
    for arguments in [
      ["--help"], ["apply", "--help"], ["get", "-h"], ["set", "-h"], ["watch", "-h"], ["delete", "-h"], ["version", "-h"],
      ["validate", "-h"], ["convert", "-h"], ["explain", "-h"], ["describe", "-h"], ["edit", "-h"], ["wait", "-h"], ["crds", "-h"],
      ["completion", "-h"], ["api-resources", "-h"], ["history", "-h"], ["new-driver", "-h"],
    ] {
      let result = try await TestProcess.run(Executables.path(of: "edgectl"), arguments)
      #expect(result.exit == .code(0))
      #expect(result.stdout.contains("Examples:"))
    }
  }
}
