import Glibc
import JSON
import TestSupport
import Testing

/// Every verb of kubectl that an owner of devices uses, against edgecore as a process.
@Suite("kubectl's verbs")
struct KubectlVerbTests {
  private static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: pump-model}
    spec:
      protocol: pump
      properties:
      - {name: speed, type: INT, accessMode: ReadWrite, minimum: "0", maximum: "3000"}
      - {name: pressure, type: FLOAT, accessMode: ReadOnly}

    """
  private static func device(_ name: String = "pump", node: String = "edge-node-1", cycle: Int = 1000) -> String {
    """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: \(name), labels: {site: north}}
    spec:
      deviceModelRef: {name: pump-model}
      nodeName: \(node)
      properties:
      - {name: speed, collectCycle: \(cycle)}
      - {name: pressure, collectCycle: 1000}

    """
  }

  private func started() async throws -> (edge: Installation, core: TestProcess) {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let applied = try await edge.kubectl("apply", "-f", "-", input: Self.model)
    try #require(applied.isSuccess, "\(applied.all)")
    return (edge, core)
  }

  private func expect(
    _ edge: Installation, _ arguments: [String], input: String? = nil, prints text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let output = try await edge.kubectl(arguments, input: input)
    #expect(output.isSuccess && output.text.contains(text), "\(arguments): \(output.all)", sourceLocation: sourceLocation)
  }

  private func expect(
    _ edge: Installation, _ arguments: [String], input: String? = nil, isRefusedWith text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let output = try await edge.kubectl(arguments, input: input)
    #expect(!output.isSuccess && output.all.contains(text), "\(arguments): \(output.all)", sourceLocation: sourceLocation)
  }

  @Test("create, apply on both sides with conflicts, replace, patch, edit, label, annotate, diff")
  func writing() async throws {
    let (edge, core) = try await started()
    try await expect(edge, ["create", "-f", "-"], input: Self.device(), prints: "device.devices.kubeedge.io/pump created")
    try await expect(edge, ["create", "-f", "-"], input: Self.device(), isRefusedWith: "(AlreadyExists)")
    try await expect(edge, ["apply", "-f", "-"], input: Self.device(cycle: 2000), prints: "pump configured")
    try await expect(edge, ["apply", "-f", "-"], input: Self.device(cycle: 2000), prints: "pump unchanged")
    try await expect(edge, ["apply", "-f", "-", "--dry-run=server"], input: Self.device("dry"), prints: "dry created (server dry run)")
    try await expect(edge, ["get", "device", "dry"], isRefusedWith: "(NotFound)")
    try await expect(
      edge, ["apply", "-f", "-"], input: Self.device().replacing("cycle", with: "cycles").replacing("collectC", with: "colectC"),
      isRefusedWith: "colectCycle")

    let own = Self.device("shared", cycle: 1000)
    try await expect(edge, ["apply", "--server-side", "--field-manager=mine", "-f", "-"], input: own, prints: "shared serverside-applied")
    let theirs = Self.device("shared", cycle: 5000)
    try await expect(
      edge, ["apply", "--server-side", "--field-manager=theirs", "-f", "-"], input: theirs, isRefusedWith: #"conflict with "mine""#)
    try await expect(
      edge, ["apply", "--server-side", "--field-manager=theirs", "--force-conflicts", "-f", "-"], input: theirs,
      prints: "shared serverside-applied")
    let managed = try await edge.kubectl("get", "device", "shared", "-o", "yaml", "--show-managed-fields")
    #expect(managed.text.contains("manager: theirs"), "\(managed.all)")

    try await expect(edge, ["replace", "-f", "-"], input: Self.device(node: "edge-node-2"), prints: "pump replaced")
    try await expect(edge, ["replace", "--force", "-f", "-"], input: Self.device(), prints: "pump replaced")
    try await expect(edge, ["replace", "-f", "-"], input: Self.device("nope"), isRefusedWith: "(NotFound)")
    let merge = ["patch", "device", "pump", "--type=merge", "-p", #"{"spec":{"nodeName":"edge-node-3"}}"#]
    try await expect(edge, merge, prints: "pump patched")
    try await expect(edge, merge, prints: "pump patched (no change)")
    try await expect(
      edge, ["patch", "device", "pump", "--type=json", "-p", #"[{"op":"replace","path":"/spec/nodeName","value":"edge-node-1"}]"#],
      prints: "pump patched")
    try await expect(edge, ["patch", "device", "pump", "-p", "{}"], isRefusedWith: "strategic")

    let editor = try edge.folder.write("editor.sh", "#!/bin/sh\nsed -i 's/collectCycle: 1000/collectCycle: 3000/' \"$1\"\n")
    chmod(editor, 0o755)
    let edited = try await edge.kubectl(["edit", "device", "pump"], environment: ["KUBE_EDITOR": editor])
    #expect(edited.text.contains("pump edited"), "\(edited.all)")
    #expect(try await edge.object("device", "pump").at("spec", "properties")?[0]?["collectCycle"] == 3000)

    try await expect(edge, ["label", "device", "pump", "zone=a"], prints: "pump labeled")
    try await expect(edge, ["label", "device", "pump", "zone=b"], isRefusedWith: "--overwrite is false")
    try await expect(edge, ["label", "device", "pump", "zone-"], prints: "pump unlabeled")
    try await expect(edge, ["annotate", "device", "pump", "note=hello"], prints: "pump annotated")
    let difference = try await edge.kubectl(["diff", "-f", "-"], input: Self.device(node: "edge-node-9"))
    #expect(difference.result.exit == .code(1) && difference.text.contains("+  nodeName: edge-node-9"), "\(difference.all)")
    _ = core
  }

  @Test("get in all forms, describe, explain, api-resources, version")
  func reading() async throws {
    let (edge, core) = try await started()
    for name in ["pump", "valve"] {
      try await expect(edge, ["apply", "-f", "-"], input: Self.device(name), prints: "\(name) created")
    }
    let table = try await edge.kubectl("get", "devices")
    let head = table.text.split(separator: "\n").first?.split(separator: " ").joined(separator: " ")
    #expect(head == "NAME NODE PROTOCOL STATE SYNCED LAST-SEEN AGE", "\(table.all)")
    try await expect(edge, ["get", "devices", "-o", "wide"], prints: "MODEL")
    try await expect(edge, ["get", "device", "pump", "-o", "yaml"], prints: "nodeName: edge-node-1")
    try await expect(edge, ["get", "device", "pump", "-o", "json"], prints: #""nodeName": "edge-node-1""#)
    try await expect(edge, ["get", "devices", "-o", "name"], prints: "device.devices.kubeedge.io/pump\ndevice.devices.kubeedge.io/valve\n")
    try await expect(edge, ["get", "devices", "-o", "jsonpath={.items[*].spec.nodeName}"], prints: "edge-node-1 edge-node-1")
    try await expect(edge, ["get", "devices", "-o", "custom-columns=N:.metadata.name"], prints: "N\npump\nvalve\n")
    try await expect(edge, ["get", "devices", "--show-labels", "--no-headers"], prints: "site=north")
    try await expect(edge, ["get", "devices", "-A", "--sort-by=.metadata.name"], prints: "NAMESPACE")
    try await expect(edge, ["get", "devices", "--chunk-size=1", "-o", "name"], prints: "valve")
    try await expect(edge, ["get", "devices", "-l", "site in (north),!old", "-o", "name"], prints: "valve")
    try await expect(edge, ["get", "devices", "--field-selector", "spec.nodeName=edge-node-1", "-o", "name"], prints: "valve")
    try await expect(edge, ["get", "devices,devicemodels", "-o", "name"], prints: "devicemodel.devices.kubeedge.io/pump-model")
    try await expect(edge, ["get", "devicestatuses", "-o", "name"], prints: "devicestatus.devices.kubeedge.io/pump")
    try await expect(edge, ["get", "device", "pump", "--subresource=status", "-o", "yaml"], prints: "conditions:")
    try await expect(edge, ["get", "nodes"], prints: "edge-node-1")
    try await expect(edge, ["get", "namespaces"], prints: "default")
    try await expect(edge, ["get", "--raw", "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devices"], prints: #""DeviceList""#)
    try await expect(edge, ["describe", "device", "pump"], prints: "Events:")
    try await expect(edge, ["explain", "device.spec.properties.desired"], prints: "FIELDS:")
    try await expect(edge, ["explain", "devicemodel.spec", "--recursive"], prints: "accessMode")
    try await expect(edge, ["explain", "device.spec.nosuch"], isRefusedWith: "does not exist")
    try await expect(edge, ["api-resources", "--api-group=devices.kubeedge.io"], prints: "devicemodels")
    try await expect(edge, ["api-versions"], prints: "devices.kubeedge.io/v1alpha2")
    try await expect(edge, ["version"], prints: "Server Version:")
    try await expect(edge, ["get", "nosuch"], isRefusedWith: #"the server doesn't have a resource type "nosuch""#)
    _ = core
  }

  @Test("wait for a condition, a value and a deletion; watch; delete with finalizers, by label and all")
  func waiting() async throws {
    let (edge, core) = try await started()
    try await expect(edge, ["apply", "-f", "-"], input: Self.device(), prints: "pump created")
    try await expect(edge, ["wait", "device/pump", "--for=condition=ModelFound", "--timeout=20s"], prints: "condition met")
    let watch = try await edge.launchKubectl("get", "devices", "-w", "-o", "name")
    try await watch.line(containing: "pump")
    let waiting = try await edge.launchKubectl("wait", "device/pump", "--for=jsonpath={.spec.nodeName}=edge-node-7", "--timeout=30s")
    let gone = try await edge.launchKubectl("wait", "device/pump", "--for=delete", "--timeout=30s")
    try await expect(
      edge,
      [
        "patch", "device", "pump", "--type=merge", "-p",
        #"{"spec":{"nodeName":"edge-node-7"},"metadata":{"finalizers":["example.com/wait"]}}"#,
      ],
      prints: "patched")
    #expect(try await waiting.exit() == .code(0), "\(waiting.report)")
    try await expect(edge, ["delete", "device", "pump", "--timeout=1s"], isRefusedWith: "timed out")
    #expect(try await edge.object("device", "pump").at("metadata", "deletionTimestamp") != nil)
    #expect(gone.isRunning, "\(gone.report)")
    try await expect(
      edge, ["patch", "device", "pump", "--type=json", "-p", #"[{"op":"remove","path":"/metadata/finalizers"}]"#], prints: "patched")
    #expect(try await gone.exit() == .code(0), "\(gone.report)")
    try await expect(edge, ["get", "device", "pump"], isRefusedWith: "(NotFound)")
    try await expect(edge, ["delete", "device", "pump", "--ignore-not-found"], prints: "")
    for name in ["a", "b", "c"] { try await expect(edge, ["apply", "-f", "-"], input: Self.device(name), prints: "created") }
    try await expect(edge, ["label", "device", "a", "old=yes"], prints: "labeled")
    try await expect(edge, ["delete", "devices", "-l", "old"], prints: #""a" deleted"#)
    try await expect(edge, ["delete", "devices", "--all"], prints: #""c" deleted"#)
    #expect(try await edge.kubectl("get", "devices", "-o", "name").text.isEmpty)
    _ = core
  }
}
