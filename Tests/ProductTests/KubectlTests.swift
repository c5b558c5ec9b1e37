import JSON
import TestSupport
import Testing

@Suite("kubectl", .serialized)
struct KubectlTests {
  private static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata:
      name: pump-model
    spec:
      protocol: pump
      properties:
        - name: speed
          type: INT
          accessMode: ReadWrite
          minimum: "0"
          maximum: "3000"
    """
  private static let device = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata:
      name: pump
    spec:
      deviceModelRef:
        name: pump-model
      nodeName: edge-node-1
      properties:
        - name: speed
          collectCycle: 1000
    """
  private static let alphaModel = """
    apiVersion: devices.kubeedge.io/v1alpha2
    kind: DeviceModel
    metadata:
      name: pump-model
    spec:
      protocol: pump
      properties:
        - name: speed
          type:
            int:
              accessMode: ReadWrite
              minimum: 0
              maximum: 3000
    """
  private static let alphaDevice = """
    apiVersion: devices.kubeedge.io/v1alpha2
    kind: Device
    metadata:
      name: pump
    spec:
      deviceModelRef:
        name: pump-model
      nodeSelector:
        nodeSelectorTerms:
          - matchExpressions:
              - key: ''
                operator: In
                values:
                  - edge-node-1
    """

  @Test(
    "apply, get, get -o yaml, get -w and delete work in both versions",
    arguments: [("v1beta1", model, device), ("v1alpha2", alphaModel, alphaDevice)])
  func verbs(version: String, model: String, device: String) async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let devices = "devices.\(version).devices.kubeedge.io"
    let watcher = try await TestProcess(
      try Executables.kubectl(), ["-s", edge.server, "--cache-dir", edge.folder.path("cache"), "get", devices, "-w"])
    for (text, name) in [(model, "devicemodel.devices.kubeedge.io/pump-model"), (device, "device.devices.kubeedge.io/pump")] {
      let created = try await edge.kubectl("apply", "-f", "-", input: text)
      #expect(created.text == "\(name) created\n", "\(created.all)")
      let again = try await edge.kubectl("apply", "-f", "-", input: text)
      #expect(again.text == "\(name) unchanged\n", "\(again.all)")
    }
    try await watcher.line(containing: "pump")
    let yaml = try await edge.kubectl("get", devices, "pump", "-o", "yaml")
    #expect(yaml.text.contains("apiVersion: devices.kubeedge.io/\(version)\n"))
    let labelled = try await edge.kubectl("label", devices, "pump", "zone=a")
    #expect(labelled.isSuccess, "\(labelled.all)")
    #expect(try await edge.kubectl("get", devices, "-l", "zone=a", "-o", "name").text == "device.devices.kubeedge.io/pump\n")
    #expect(try await edge.kubectl("get", devices, "-l", "zone=b", "-o", "name").text == "")
    let gone = try await edge.kubectl("delete", devices, "pump")
    #expect(gone.isSuccess, "\(gone.all)")
    #expect(try await edge.kubectl("get", devices, "pump").all.contains("NotFound"))
    #expect(try await edge.kubectl("delete", "devicemodels.\(version).devices.kubeedge.io", "pump-model").isSuccess)
    try await eventually("three lines from the watch") { watcher.stdout.split(separator: "\n").count >= 3 }
    _ = core
  }

  @Test("A Device applied in one version is read in the other, and comes back")
  func conversion() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    _ = try await edge.kubectl("apply", "-f", "-", input: Self.alphaModel)
    _ = try await edge.kubectl("apply", "-f", "-", input: Self.alphaDevice)
    let beta = try await edge.object("devices.v1beta1.devices.kubeedge.io", "pump")
    #expect(beta.at("spec", "nodeName") == "edge-node-1")
    let patched = try await edge.kubectl(
      "patch", "devices.v1beta1.devices.kubeedge.io", "pump", "--type=merge", "-p", #"{"spec":{"nodeName":"edge-node-2"}}"#)
    #expect(patched.isSuccess, "\(patched.all)")
    let alpha = try await edge.kubectl(
      "get", "devices.v1alpha2.devices.kubeedge.io", "pump", "-o",
      "jsonpath={.spec.nodeSelector.nodeSelectorTerms[0].matchExpressions[0].values[0]}")
    #expect(alpha.text == "edge-node-2")
    _ = core
  }

  @Test(
    "A wrong object is refused by name of its field",
    arguments: [
      ("collectCycle: 1000", "colectCycle: 1000", "colectCycle"),
      ("collectCycle: 1000", "collectCycle: often", "spec.properties[0].collectCycle"),
      ("name: pump\n", "name: pump/7\n", "pump/7"), ("collectCycle: 1000", "desired: {value: \"9000\"}", "spec.properties[0].desired"),
    ])
  func refusals(original: String, replacement: String, place: String) async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    _ = try await edge.kubectl("apply", "-f", "-", input: Self.model)
    let refused = try await edge.kubectl("apply", "-f", "-", input: Self.device.replacing(original, with: replacement))
    #expect(!refused.isSuccess)
    #expect(refused.all.contains(place), "\(refused.all)")
    #expect(try await edge.kubectl("get", "devices", "-o", "name").text == "")
    _ = core
  }

  @Test("explain knows the fields")
  func explain() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let explained = try await edge.kubectl("explain", "device.spec.protocol")
    #expect(explained.isSuccess, "\(explained.all)")
    #expect(explained.text.contains("configData"))
    #expect(explained.text.contains("protocolName"))
    _ = core
  }
}
