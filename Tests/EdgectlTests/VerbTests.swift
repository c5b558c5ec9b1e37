import APIClient
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import EdgectlCommand

@Suite("edgectl's verbs against edgecore")
struct VerbTests {
  private static let path = "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devices/hall"

  private func start() async throws -> Edge {
    let edge = try await Edge()
    let applied = try await edge.edgectl("apply", "-f", "-", input: Edge.model + "\n---\n" + Edge.device)
    #expect(applied.exit == .code(0), "\(applied.stderr)")
    return edge
  }

  @Test("get shows several kinds, chooses by labels, prints paths and columns, and names what isn't there")
  func get() async throws {
    let edge = try await start()
    _ = try await edge.edgectl(
      "apply", "-f", "-", input: Edge.device.replacingOnce("name: hall", "name: attic").replacingOnce(#""1""#, #""2""#))
    var result = try await edge.edgectl("get", "devices,devicemodels")
    #expect(result.stdout.contains("device.devices.kubeedge.io/attic   edge-1"), "\(result.stdout)\(result.stderr)")
    #expect(result.stdout.contains("\n\nNAME ") && result.stdout.contains("devicemodel.devices.kubeedge.io/thermometer   temperature"))
    #expect(try await edge.edgectl("get", "devices", "-l", "floor=2", "-oname").stdout == "device.devices.kubeedge.io/attic\n")
    #expect(
      try await edge.edgectl("get", "devices", "--field-selector", "metadata.name=hall", "-oname").stdout
        == "device.devices.kubeedge.io/hall\n")
    #expect(try await edge.edgectl("get", "devices", "-o", "jsonpath={.items[*].metadata.name}").stdout == "attic hall")
    #expect(try await edge.edgectl("get", "devices", "-o", "custom-columns=N:.metadata.name").stdout == "N\nattic\nhall\n")
    result = try await edge.edgectl("get", "devices", "--sort-by", ".metadata.labels.floor", "--no-headers", "-L", "floor")
    #expect(result.stdout.split(separator: "\n").map { $0.split(separator: " ").first } == ["hall", "attic"], "\(result.stdout)")
    #expect(try await edge.edgectl("get", "devices", "--chunk-size=1", "-oname").stdout.split(separator: "\n").count == 2)
    result = try await edge.edgectl("get", "device/hall", "devicemodel/nope")
    #expect(result.exit == .code(1) && result.stdout.contains("hall") && result.stderr.contains("\"nope\" not found"), "\(result.stderr)")
    #expect(try await edge.edgectl("get", "device", "nope", "--ignore-not-found").exit == .code(0))
    result = try await edge.edgectl("get", "devices", "-l", "floor=9")
    #expect(result.exit == .code(0) && result.stderr == "No resources found in default namespace.\n")
    #expect(try await edge.edgectl("get", "nopes").stderr == "error: the server doesn't have a resource type \"nopes\"\n")
    for arguments in [["-A", "hall"], ["hall", "-l", "a=b"], ["-o", "jsonpath={.a"], ["-w", "--sort-by", ".a"]] {
      let refused = try await TestProcess.run(Executables.path(of: "edgectl"), ["get", "device"] + arguments)
      #expect(refused.exit == .code(2), "\(arguments): \(refused.stderr)")
    }
  }

  @Test("get --watch-only tells what happens from then on")
  func watching() async throws {
    let edge = try await start()
    let watch = try await TestProcess(
      Executables.path(of: "edgectl"), ["-s", edge.server, "get", "devices", "--watch-only", "--output-watch-events"])
    // What is watched shows only when something changes, and the watch may begin after a change.
    try await eventually("an event") {
      _ = try await edge.edgectl("apply", "-f", "-", input: Edge.device.replacingOnce(#""1""#, #""\#(Int.random(in: 0..<1_000_000))""#))
      return watch.stdout.contains("MODIFIED")
    }
    #expect(watch.stdout.hasPrefix("EVENT "), "\(watch.report)")
    _ = try await edge.edgectl("delete", "device", "hall")
    try await watch.line(containing: "DELETED    hall")
    watch.send(2)
    _ = try await watch.exit()
  }

  @Test("describe shows a device with its properties, and a model with its devices")
  func describe() async throws {
    let edge = try await start()
    _ = try await edge.edgectl("set", "hall", "target=21")
    var result = try await edge.edgectl("describe", "device", "hall")
    #expect(result.exit == .code(0), "\(result.stderr)")
    #expect(result.stdout.hasPrefix("Name:         hall\nNamespace:    default\nLabels:       floor=1\n"), "\(result.stdout)")
    #expect(result.stdout.contains(/\n  target +21 \(/) && result.stdout.contains(/\n  ModelFound +True/), "\(result.stdout)")
    #expect(result.stdout.contains("\nEvents:"))
    result = try await edge.edgectl("describe", "devicemodels", "-l", "a!=b")
    #expect(result.stdout.contains("Devices:      hall\n"), "\(result.stdout)")
    result = try await edge.edgectl("describe", "device", "nope")
    #expect(result.exit == .code(1) && result.stderr.contains("\"nope\" not found"))
  }

  @Test("wait comes back when it is so, and says why it isn't")
  func wait() async throws {
    let edge = try await start()
    var result = try await edge.edgectl("wait", "device/hall", "--for=condition=ModelFound")
    #expect(result.exit == .code(0) && result.stdout == "device.devices.kubeedge.io/hall condition met\n", "\(result.stderr)")
    result = try await edge.edgectl("wait", "device/hall", "--for=jsonpath={.spec.nodeName}=edge-9", "--timeout=1s")
    #expect(result.exit == .code(1))
    #expect(result.stderr == "error: timed out waiting for the condition on devices/hall: {.spec.nodeName} is edge-1\n")
    #expect(try await edge.edgectl("wait", "device/nope", "--for=condition=Ready").stderr.contains("not found"))
    let waiting = try await TestProcess(
      Executables.path(of: "edgectl"), ["-s", edge.server, "wait", "device/hall", "--for=delete", "--timeout=60s"])
    _ = try await edge.edgectl("delete", "devices", "--all")
    #expect(try await waiting.exit() == .code(0), "\(waiting.report)")
  }

  @Test("delete chooses by label, and changes nothing in a dry run")
  func delete() async throws {
    let edge = try await start()
    _ = try await edge.edgectl(
      "apply", "-f", "-", input: Edge.device.replacingOnce("name: hall", "name: attic").replacingOnce(#""1""#, #""2""#))
    var result = try await edge.edgectl("delete", "device", "hall", "--dry-run=client")
    #expect(result.stdout == "device.devices.kubeedge.io \"hall\" deleted from default namespace (dry run)\n", "\(result.stderr)")
    result = try await edge.edgectl("delete", "devices", "-l", "floor=2", "-oname")
    #expect(result.stdout == "device.devices.kubeedge.io/attic\n", "\(result.stderr)")
    #expect(try await edge.edgectl("get", "devices", "-oname").stdout == "device.devices.kubeedge.io/hall\n")
    result = try await edge.edgectl("delete", "device/hall", "devicemodel/thermometer")
    #expect(result.exit == .code(0) && result.stdout.split(separator: "\n").count == 2, "\(result.stderr)")
    #expect(try await edge.edgectl("delete", "devices").exit == .code(2))
    #expect(try await edge.edgectl("delete", "device", "hall", "--all").exit == .code(2))
  }

  @Test("apply --dry-run changes nothing and says what would be")
  func dryRun() async throws {
    let edge = try await start()
    let edited = Edge.device.replacingOnce(#""1""#, #""7""#)
    var result = try await edge.edgectl("apply", "--dry-run=client", "-f", "-", input: edited)
    #expect(result.stdout == "device.devices.kubeedge.io/hall configured (dry run)\n", "\(result.stderr)")
    result = try await edge.edgectl("apply", "--dry-run=server", "-f", "-", "-o", "jsonpath={.metadata.labels.floor}", input: edited)
    #expect(result.stdout == "7", "\(result.stderr)")
    #expect(try await edge.edgectl("get", "device", "hall", "-o", "jsonpath={.metadata.labels.floor}").stdout == "1")
  }

  @Test("What apply made, apply --server-side goes on with: nobody is in conflict with what the same file said before")
  func takeOver() async throws {
    let edge = try await Edge()
    _ = try await edge.edgectl("apply", "-f", "-", input: Edge.model + "\n---\n" + Edge.device)
    let changed = Edge.device.replacing("floor: \"1\"", with: "floor: \"2\"")
    let result = try await edge.edgectl("apply", "--server-side", "-f", "-", input: changed)
    #expect(result.stdout == "device.devices.kubeedge.io/hall serverside-applied\n", "\(result.stderr)")
  }

  @Test("apply --server-side names who owns a field, at its place, and takes it over when forced")
  func serverSide() async throws {
    let edge = try await start()
    let device = Edge.device.replacingOnce("name: hall", "name: attic").replacingOnce(
      "- {name: target}", "- {name: target, collectCycle: 2000}")
    var result = try await edge.edgectl("apply", "--server-side", "-f", "-", input: device)
    #expect(result.stdout == "device.devices.kubeedge.io/attic serverside-applied\n", "\(result.stderr)")
    let file = try edge.folder.write("other.yaml", device.replacingOnce("collectCycle: 2000", "collectCycle: 3000"))
    result = try await edge.edgectl("apply", "--server-side", "--field-manager=other", "-f", file)
    #expect(result.exit == .code(1))
    #expect(result.stderr.hasPrefix("\(file):9:22: spec.properties[1].collectCycle: conflict with \"edgectl\""), "\(result.stderr)")
    #expect(result.stderr.contains("--force-conflicts"))
    result = try await edge.edgectl("apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", file)
    #expect(result.exit == .code(0), "\(result.stderr)")
    #expect(try await edge.edgectl("get", "device", "attic", "-o", "yaml", "--show-managed-fields").stdout.contains("manager: other"))
    #expect(try await !edge.edgectl("get", "device", "attic", "-o", "yaml").stdout.contains("managedFields"))
    #expect(try await edge.edgectl("apply", "--force-conflicts", "-f", file).exit == .code(2))
  }

  @Test("delete waits for finalizers and names them, and --wait=false doesn't")
  func finalizers() async throws {
    let edge = try await start()
    let client = try APIClient(server: edge.server)
    try await client.patch(Self.path, ["metadata": ["finalizers": ["example.com/hold"]]])
    var result = try await edge.edgectl("delete", "device", "hall", "--timeout=1s")
    #expect(result.exit == .code(1))
    #expect(result.stderr.contains("on devices/hall: it is held by the finalizers example.com/hold"), "\(result.stderr)")
    result = try await edge.edgectl("describe", "device", "hall")
    #expect(result.stdout.contains(/\nDeleted: +.*, held by example.com\/hold/), "\(result.stdout)")
    #expect(try await edge.edgectl("delete", "device", "hall", "--wait=false").exit == .code(0))
    let waiting = try await TestProcess(Executables.path(of: "edgectl"), ["-s", edge.server, "delete", "device", "hall"])
    try await waiting.line(containing: "deleted from default namespace")
    try await client.patch(Self.path, ["metadata": ["finalizers": .null]])
    #expect(try await waiting.exit() == .code(0), "\(waiting.report)")
  }

  @Test("api-resources lists what the server serves")
  func resources() async throws {
    let edge = try await start()
    let result = try await edge.edgectl("api-resources", "--api-group", "devices.kubeedge.io")
    #expect(result.stdout.contains(/\ndevices +devices.kubeedge.io\/v1beta1 +true +Device\n/), "\(result.stdout)\(result.stderr)")
    #expect(try await edge.edgectl("api-resources", "-o", "name").stdout.contains("devices.devices.kubeedge.io\n"))
  }

  // MARK: edit

  private func edit(_ edge: Edge, _ script: String) async throws -> TestProcess.Result {
    let editor = try edge.folder.write("editor.sh", "#!/bin/sh\nset -e\n\(script)\n")
    return try await edge.edgectl(
      "edit", "device", "hall", environment: ["KUBE_EDITOR": "sh \(editor)", "TMPDIR": edge.folder.path])
  }

  @Test("An edited object is patched; no change and an empty file change nothing")
  func edited() async throws {
    let edge = try await start()
    var result = try await edit(edge, #"sed -i 's/nodeName: edge-1/nodeName: edge-2/' "$1""#)
    #expect(result.exit == .code(0) && result.stdout == "device.devices.kubeedge.io/hall edited\n", "\(result.stderr)")
    #expect(try await edge.edgectl("get", "device", "hall", "-o", "jsonpath={.spec.nodeName}").stdout == "edge-2")
    result = try await edit(edge, ":")
    #expect(result.exit == .code(0) && result.stderr == "Edit cancelled, no changes made.\n", "\(result.stderr)")
    result = try await edit(edge, #": > "$1""#)
    #expect(result.exit == .code(0) && result.stderr == "Edit cancelled, saved file was empty.\n", "\(result.stderr)")
    result = try await edit(edge, "exit 3")
    #expect(result.exit == .code(1) && result.stderr.hasPrefix("error: there was a problem with the editor"), "\(result.stderr)")
  }

  @Test("What is refused is opened again with the reason, and kept when the user gives up")
  func invalid() async throws {
    let edge = try await start()
    // The second time it is saved as it is.
    var result = try await edit(
      edge, #"if grep -q nodeNmae "$1"; then cp "$1" "$TMPDIR/second"; else sed -i 's/nodeName: edge-1/nodeNmae: edge-1/' "$1"; fi"#)
    #expect(result.exit == .code(1))
    #expect(
      result.stderr.contains("nodeNmae") && result.stderr.contains("Edit cancelled, no valid changes were saved."), "\(result.stderr)")
    let kept = try #require(result.stderr.firstMatch(of: /stored to "([^"]+)"/)?.1)
    let second = try edge.folder.read("second")
    #expect(second.hasPrefix("# Please edit the object below."))
    let told = try #require(second.firstMatch(of: /# line ([0-9]+): .*nodeNmae/), "\(second)")
    let lines = second.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[(Int(told.1) ?? 1) - 1] == "  nodeNmae: edge-1")
    #expect(try String(decoding: Data(contentsOf: URL(filePath: String(kept))), as: UTF8.self).contains("nodeNmae: edge-1"))
    // What is mended on the second try is taken; broken YAML is no different.
    result = try await edit(
      edge,
      #"if grep -q '# line' "$1"; then sed -i 's/nodeName: \[$/nodeName: edge-3/' "$1"; else sed -i 's/nodeName: edge-1/nodeName: [/' "$1"; fi"#
    )
    #expect(result.exit == .code(0) && result.stdout.contains("edited"), "\(result.stderr)")
    #expect(try await edge.edgectl("get", "device", "hall", "-o", "jsonpath={.spec.nodeName}").stdout == "edge-3")
    result = try await edit(edge, #"sed -i 's/  name: hall/  name: other/' "$1""#)
    #expect(result.exit == .code(1) && result.stderr.contains("metadata.name: can't be changed"), "\(result.stderr)")
  }

  @Test("When somebody else writes meanwhile, both changes are shown and kept")
  func raced() async throws {
    let edge = try await start()
    let edgectl = try Executables.path(of: "edgectl")
    let other = try edge.folder.write("other.yaml", Edge.device.replacingOnce(#""1""#, #""5""#))
    let result = try await edit(
      edge,
      """
      if grep -q 'somebody else' "$1"; then cp "$1" "$TMPDIR/second"; echo '# seen' >> "$1"; sed -i 's/edge-2/edge-4/' "$1"; exit 0; fi
      sed -i 's/nodeName: edge-1/nodeName: edge-2/' "$1"
      \(edgectl) apply -f \(other)
      """)
    #expect(result.exit == .code(0), "\(result.stderr)")
    #expect(try edge.folder.read("second").contains("nodeName: edge-2"))
    #expect(
      try await edge.edgectl("get", "device", "hall", "-o", "jsonpath={.spec.nodeName} {.metadata.labels.floor}").stdout == "edge-4 5")
  }

  @Test("A device whose status changes while it is edited is no conflict")
  func reporting() async throws {
    let edge = try await start()
    let edgectl = try Executables.path(of: "edgectl")
    // The device's status changes when its model goes.
    let result = try await edit(
      edge, "\(edgectl) delete devicemodel thermometer\nsed -i 's/nodeName: edge-1/nodeName: edge-2/' \"$1\"")
    #expect(result.exit == .code(0), "\(result.stderr)")
    #expect(result.stdout.hasSuffix("device.devices.kubeedge.io/hall edited\n"), "\(result.stdout)")
  }
}
