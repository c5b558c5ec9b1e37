import TestSupport
import Testing

/// The kubectl that Debian 12 packages is of 2021; it takes schemas only as protobuf, so nothing is validated before it is sent.
@Suite("Debian's kubectl 1.20")
struct OldKubectlTests {
  private static let manifest = """
    apiVersion: devices.kubeedge.io/v1alpha2
    kind: Device
    metadata: {name: old}
    spec:
      deviceModelRef: {name: old-model}
      nodeSelector:
        nodeSelectorTerms:
        - matchExpressions:
          - {key: '', operator: In, values: [edge-node-1]}

    """

  @Test("apply, get, patch, label, wait, describe, delete")
  func verbs() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let kubectl = try Executables.oldKubectl()
    let config = try edge.folder.write(
      "config",
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: "\(edge.server)"}}]
      contexts: [{name: x, context: {cluster: c, user: ""}}]
      current-context: x
      """)
    let file = try edge.folder.write("device.yaml", Self.manifest)
    func run(_ words: String) async throws -> TestProcess.Result {
      try await TestProcess.run(
        kubectl, ["--cache-dir", edge.folder.path("old-cache")] + words.split(separator: " ").map(String.init),
        environment: ["KUBECONFIG": config, "HOME": edge.folder.path])
    }
    let devices = "devices.v1alpha2.devices.kubeedge.io"
    let steps: [(words: String, exit: Int32, text: String)] = [
      ("version --short", 0, "Client Version: v1.20"), ("apply --validate=false -f \(file)", 0, "device.devices.kubeedge.io/old created"),
      ("apply --validate=false -f \(file)", 0, "old unchanged"), ("create --validate=false -f \(file)", 1, "(AlreadyExists)"),
      ("apply --server-side --force-conflicts --validate=false -f \(file)", 0, "old serverside-applied"),
      ("get devices", 0, "NAME   NODE"), ("get \(devices) old -o yaml", 0, "apiVersion: devices.kubeedge.io/v1alpha2"),
      ("get device old -o jsonpath={.spec.nodeName}", 0, "edge-node-1"), ("get devices -A -l site=north", 0, "No resources found"),
      ("label device old site=north", 0, "old labeled"), ("annotate device old note=x", 0, "old annotated"),
      (#"patch device old --type=merge -p {"spec":{"nodeName":"edge-node-2"}}"#, 0, "old patched"),
      ("wait device/old --for=condition=ModelFound=False --timeout=20s", 0, "condition met"),
      ("describe device old", 0, "edge-node-2"), ("api-resources --api-group=devices.kubeedge.io", 0, "devicemodels"),
      ("get nodes", 0, "edge-node-1"), ("delete device old", 0, #""old" deleted"#), ("get device old", 1, "(NotFound)"),
    ]
    for step in steps {
      let result = try await run(step.words)
      let output = result.stdout + result.stderr
      #expect(result.exit == .code(step.exit) && output.contains(step.text), "\(step.words): \(output)")
    }
    _ = core
  }
}
