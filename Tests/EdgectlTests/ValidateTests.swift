import FoundationEssentials
import JSON
import TestSupport
import Testing
import YAML

@testable import EdgectlCommand

@Suite("edgectl validate and convert")
struct ValidateTests {
  private static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: pump-model}
    spec:
      protocol: pump
      properties:
        - name: speed
          type: INTEGER
          accessMode: ReadWrite
    """
  private static let device = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: pump}
    spec:
      deviceModelRef: {name: pump-model}
      properties:
        - name: sped
    """

  private func problems(_ text: String) -> [String] {
    let files = ManifestFiles(text: text, file: "f.yaml")
    return (files.problems + ManifestCheck(files.manifests).problems).map(\.description)
  }

  @Test("Mistakes are told with their places and what was likely meant")
  func places() {
    #expect(
      problems(Self.model) == [
        #"f.yaml:8:7: spec.properties[0].type: "INTEGER" is not one of INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES, STREAM (did you mean INT?)"#
      ])
    let fixed = Self.model.replacingOnce("INTEGER", "INT")
    #expect(
      problems(fixed + "\n---\n" + Self.device) == [
        #"f.yaml:17:7: spec.properties[0].name: "sped" is no property of the DeviceModel pump-model (did you mean speed?)"#,
        "f.yaml:14:1: warning: spec.nodeName names no node, so no mapper takes the device",
      ])
    #expect(
      problems(Self.device).contains {
        $0.hasPrefix("f.yaml:5:3: warning: there is no DeviceModel default/pump-model") || $0.hasPrefix("f.yaml:5:20: warning: there is no")
      })
  }

  @Test("References to Secrets and ConfigMaps are looked for among the objects that are given, in the device's namespace")
  func references() {
    let model = Self.model.replacingOnce("INTEGER", "INT")
    let device = """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: Device
      metadata: {name: pump}
      spec:
        deviceModelRef: {name: pump-model}
        nodeName: node-1
        protocol:
          protocolName: pump
          configData:
            password: {valueFrom: {secretKeyRef: {name: plc, key: password}}}
            user: {valueFrom: {configMapKeyRef: {name: site}}}
      """
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: plc}\nstringData: {password: hunter2}"
    let malformed = "f.yaml:21:26: spec.protocol.configData.user.valueFrom.configMapKeyRef.key: required"
    let text = model + "\n---\n" + device
    #expect(
      problems(text) == [
        malformed,
        "f.yaml:20:7: warning: spec.protocol.configData.password: there is no Secret default/plc, of which the key password is needed; "
          + "the device is connected when it is applied",
      ])
    #expect(problems(text + "\n---\n" + secret).count == 1)
    #expect(problems(text + "\n---\n" + secret.replacingOnce("{password", "{pass")).last?.contains("has no key password") == true)
    #expect(problems(text + "\n---\n" + secret.replacingOnce("{name: plc", "{namespace: other, name: plc")).count == 2)
  }

  @Test("A field that nobody knows hides no other mistake, and a field has one")
  func several() {
    let model = Self.model.replacingOnce("INTEGER", "INT").replacingOnce("ReadWrite", "ReadOnly")
    let device = Self.device.replacingOnce("- name: sped", "- {name: speed, desired: {value: \"1\"}}\n    - {nam: x}").replacingOnce(
      "  properties", "  nodeNmae: a\n  properties")
    let found = problems(model + "\n---\n" + device)
    #expect(found.contains { $0.contains(": spec.nodeNmae: unknown field (did you mean nodeName?)") }, "\(found)")
    #expect(found.contains { $0.contains(": spec.properties[0].desired.value: the property speed is ReadOnly") }, "\(found)")
    #expect(found.count { $0.contains("spec.properties[1].name:") } == 1, "\(found)")
  }

  @Test("An object's kind and version are checked, and a second object of its name is told")
  func kinds() {
    #expect(
      problems(Self.device.replacingOnce("kind: Device", "kind: Devise")) == [
        #"f.yaml:2:1: kind: "Devise" is not one of Device, DeviceModel, DeviceStatus (did you mean Device?)"#
      ])
    #expect(
      problems(Self.device.replacingOnce("v1beta1", "v1")) == [
        #"f.yaml:1:1: apiVersion: "devices.kubeedge.io/v1" is not one of devices.kubeedge.io/v1beta1, devices.kubeedge.io/v1alpha2"#
      ])
    let model = Self.model.replacingOnce("INTEGER", "INT")
    #expect(
      problems(model + "\n---\n" + model) == [
        "f.yaml:13:12: warning: metadata.name: the DeviceModel pump-model is there already, at f.yaml:3:12; this one overrides it"
      ])
    #expect(problems("{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: b}}") == [])
  }

  @Test("Configurations are checked against the driver's schema, which a mapper prints")
  func driverSchema() async throws {
    let folder = try TestFolder("driver-schema")
    let edgectl = try Executables.path(of: "edgectl")
    let schema = try await TestProcess.run(Executables.path(of: "modbus-mapper"), ["schema"])
    let file = try folder.write("modbus.yaml", schema.stdout)
    let models = "\(Executables.repositoryRoot)/models/modbus/simulated-meter"
    let good = try await TestProcess.run(edgectl, ["validate", "-f", models, "--driver-schema", file])
    #expect(good.exit == .code(0), "\(schema.stderr)\(good.stderr)")
    let device = try String(decoding: Data(contentsOf: URL(filePath: models + "/device.yaml")), as: UTF8.self)
    let wrong = try folder.write("device.yaml", device.replacingOnce("slaveID: 1", "slaveID: 1000"))
    // The schema may stand among the files too.
    let bad = try await TestProcess.run(edgectl, ["validate", "-f", models + "/device-model.yaml", "-f", wrong, "-f", file])
    #expect(bad.exit == .code(1) && bad.stderr.contains("\(wrong):19:7: spec.protocol.configData.slaveID: "), "\(bad.stderr)")
    let explained = try await TestProcess.run(
      edgectl, ["explain", "device.spec.protocol.configData.slaveID", "--driver-schema", file])
    #expect(explained.exit == .code(0) && explained.stdout.contains("FIELD: slaveID <integer>"), "\(explained.stderr)")
    let none = try await TestProcess.run(edgectl, ["validate", "-f", models, "--driver-schema", wrong])
    #expect(none.exit == .code(1) && none.stderr.contains("it holds no driver's schema"), "\(none.stderr)")
  }

  @Test("All errors of all files come at once, and as JSON for programs")
  func process() async throws {
    let folder = try TestFolder("validate")
    try folder.write("site/model.yaml", Self.model)
    try folder.write("site/deep/device.yaml", Self.device)
    try folder.write("site/deep/broken.yaml", "a: [\n")
    func validate(_ arguments: String...) async throws -> TestProcess.Result {
      try await TestProcess.run(Executables.path(of: "edgectl"), ["validate"] + arguments)
    }
    var result = try await validate("-R", "-f", folder.path("site"))
    #expect(result.exit == .code(1))
    #expect(result.stderr.contains("\(folder.path("site/deep/broken.yaml")):"), "\(result.stderr)")
    #expect(result.stderr.contains("\(folder.path("site/model.yaml")):8:7: spec.properties[0].type: "))
    #expect(result.stderr.contains("\(folder.path("site/deep/device.yaml")):4:1: warning: "), "\(result.stderr)")
    #expect(result.stdout.hasPrefix("2 objects: not valid, "))
    #expect(!result.stderr.contains("\u{1B}"))
    result = try await validate("-R", "-f", folder.path("site"), "-o", "json")
    #expect(result.exit == .code(1))
    let answer = try JSONValue(parsing: result.stdout)
    let wrong = answer["problems"]?.array?.first { $0["field"] == "spec.properties[0].type" }
    #expect(answer["valid"] == false && wrong?["line"] == 8 && wrong?["column"] == 7 && wrong?["reason"] == "FieldValueNotSupported")

    try folder.write("site/model.yaml", Self.model.replacingOnce("INTEGER", "INT"))
    result = try await validate("-f", folder.path("site"), "--color", "always")
    #expect(result.exit == .code(0) && result.stdout == "1 object: valid\n", "\(result.stderr)")
    try folder.write("site/device.yaml", Self.device.replacingOnce("sped", "speed"))
    result = try await validate("-f", folder.path("site"))
    #expect(result.exit == .code(0) && result.stdout == "2 objects: valid, 0 errors, 1 warning\n", "\(result.stderr)")
    result = try await validate("-f", folder.path("site"), "--strict", "--color=always")
    #expect(result.exit == .code(1) && result.stderr.contains("\u{1B}[33m"))
    #expect(try await validate("-f", folder.path("nope")).exit == .code(1))
    #expect(try await validate().exit == .code(2))
  }

  @Test("Files are converted there and back, in their order, lists staying lists")
  func convert() async throws {
    let folder = try TestFolder("convert")
    let models = "\(Executables.repositoryRoot)/models/temperature"
    func run(_ arguments: String...) async throws -> TestProcess.Result {
      try await TestProcess.run(Executables.path(of: "edgectl"), ["convert"] + arguments)
    }
    let beta = try await run("--to", "v1beta1", "-f", models)
    #expect(beta.exit == .code(0), "\(beta.stderr)")
    let documents = try YAMLDocument.parseAll(beta.stdout, file: "beta").map(\.value)
    #expect(documents.map { $0["kind"] } == ["DeviceModel", "Device"])
    #expect(documents.allSatisfy { $0["apiVersion"] == "devices.kubeedge.io/v1beta1" })
    #expect(beta.stderr.contains("warning: what v1beta1 can't say"), "\(beta.stderr)")
    let file = try folder.write("beta.yaml", beta.stdout)
    let alpha = try await run("--to", "v1alpha2", "-f", file, "-o", "json")
    let original = ManifestFiles([models]).manifests.map(\.object)
    #expect(try JSONValue(parsing: alpha.stdout)["items"]?.array == original)

    let list = try folder.write(
      "list.json",
      JSONValue.object([
        "apiVersion": "devices.kubeedge.io/v1alpha2", "kind": "DeviceList", "metadata": ["resourceVersion": "3"], "items": .array(original),
      ]).text)
    let converted = try await run("--to", "v1beta1", "-f", list, "-o", "json")
    let value = try JSONValue(parsing: converted.stdout)
    #expect(value["kind"] == "DeviceList" && value["apiVersion"] == "devices.kubeedge.io/v1beta1")
    #expect(value["items"]?.array == documents)

    let other = try folder.write("other.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}")
    let untouched = try await run("--to", "v1beta1", "-f", other)
    #expect(untouched.stdout == "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n")
    #expect(untouched.stderr.contains("printed as it is"))
    let wrong = try await run("--to", "v1beta1", "-f", try folder.write("wrong.yaml", Self.model))
    #expect(wrong.exit == .code(1) && wrong.stdout == "" && wrong.stderr.contains("wrong.yaml:8:7: "), "\(wrong.stderr)")
    #expect(try await run("--to", "v2", "-f", other).exit == .code(2))
  }

  @Test("crds prints the definitions of a version, or writes a file for each", arguments: [("v1beta1", 3), ("v1alpha2", 2)])
  func crds(version: String, count: Int) async throws {
    let folder = try TestFolder("crds")
    let edgectl = try Executables.path(of: "edgectl")
    let printed = try await TestProcess.run(edgectl, ["crds", "--version", version])
    let documents = try YAMLDocument.parseAll(printed.stdout, file: "crds").map(\.value)
    #expect(documents.count == count && documents.allSatisfy { $0["kind"] == "CustomResourceDefinition" }, "\(printed.stderr)")
    let written = try await TestProcess.run(edgectl, ["crds", "--version", version, "-o", folder.path("a/b")])
    #expect(written.exit == .code(0), "\(written.stderr)")
    let files = written.stdout.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(files.count == count)
    let first = try String(decoding: Data(contentsOf: URL(filePath: String(files[0]))), as: UTF8.self)
    #expect(try YAMLDocument.parseAll(first, file: "crd").map(\.value) == [documents[0]])
    #expect(try await TestProcess.run(edgectl, ["crds", "--version", "v2"]).exit == .code(2))
    for (path, why) in [("/proc/x", "No such file or directory"), (try folder.write("file", ""), "File exists")] {
      let refused = try await TestProcess.run(edgectl, ["crds", "--version", version, "-o", path])
      #expect(refused.exit == .code(1) && refused.stderr == "error: cannot write to \(path): \(why)\n", "\(refused.stderr)")
    }
  }
}
