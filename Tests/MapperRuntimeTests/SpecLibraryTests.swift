import DeviceAPI
import JSON
import MapperRuntime
import MapperSDK
import TestSupport
import Testing
import TwinProtocol

@Suite("Files with Devices and DeviceModels")
struct SpecLibraryTests {
  private func read(_ files: [String: String], with library: inout SpecLibrary) -> SpecSnapshot {
    library.read(files.sorted { $0.key < $1.key }.map { SpecFile(path: $0.key, content: .success(Array($0.value.utf8))) })
  }

  private func read(_ files: [String: String]) -> SpecSnapshot {
    var library = SpecLibrary(form: .objects, node: "n", protocolName: "fake") { DriverFindings($0, driver: FakeDriver()) }
    return read(files, with: &library)
  }

  private func name(_ name: String) -> DeviceName { DeviceName(namespace: "default", name: name) }

  @Test("Both versions are read, from YAML with several documents, from JSON, and from lists")
  func forms() {
    let older = """
      apiVersion: devices.kubeedge.io/v1alpha2
      kind: Device
      metadata: {name: older}
      spec:
        deviceModelRef: {name: m}
        protocol: {customizedProtocol: {protocolName: fake, configData: {unit: 2}}}
        propertyVisitors:
          - propertyName: t
            collectCycle: 500000000
            customizedProtocol: {protocolName: fake, configData: {register: t}}
      status:
        twins:
          - propertyName: t
            desired: {value: "7", metadata: {timestamp: "1700000000000"}}
      """
    let json =
      #"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"devices.kubeedge.io/v1beta1","kind":"Device","#
      + #""metadata":{"name":"j","annotations":{"note":"\ud83d\ude00"}},"spec":{"deviceModelRef":{"name":"m"},"protocol":{"protocolName":"fake"},"#
      + #""properties":[{"name":"t","visitors":{"protocolName":"fake","configData":{"register":"t"}}}]}}]}"#
    let snapshot = read(["a.yaml": SpecYAML.files(SpecYAML.model, SpecYAML.device()), "b.yml": older, "c.json": json])
    #expect(snapshot.problems == [])
    #expect(snapshot.brokenDevices == [:])
    #expect(snapshot.devices.keys.sorted() == [name("d"), name("j"), name("older")])
    #expect(snapshot.devices[name("older")]?.spec.properties[0].collectCycle == 500, "nanoseconds became milliseconds")

    var store = SpecStore(node: "n", protocolName: "fake", takesUnassigned: true, keepsDesired: true)
    let changes = store.reset(snapshot)
    #expect(changes.map(\.name) == [name("d"), name("j"), name("older")])
    guard case .ready(let device)? = changes.last?.entry else {
      Issue.record("older isn't ready")
      return
    }
    #expect(fileWishes(device) == ["t": Twin(expected: .init("7", timestamp: 1_700_000_000_000), type: "int")])
    #expect(store.reset(snapshot) == [], "nothing changed")
  }

  @Test("A document that is no YAML costs itself, and goes on meaning what it meant before")
  func syntax() {
    var library = SpecLibrary(form: .objects, node: "n", protocolName: "fake")
    let good = SpecYAML.files(SpecYAML.model, SpecYAML.device("a"), SpecYAML.device("b"), SpecYAML.device("c"))
    #expect(read(["f.yaml": good], with: &library).devices.count == 3)
    let lines = SpecYAML.files(SpecYAML.model, SpecYAML.device("a")).split(separator: "\n", omittingEmptySubsequences: false).count
    let broken = SpecYAML.files(SpecYAML.model, SpecYAML.device("a"), "kind: [Device\nmetadata: }\n", SpecYAML.device("c", cycle: 50))
    let snapshot = read(["f.yaml": broken], with: &library)
    #expect(snapshot.problems.count == 1)
    #expect(snapshot.problems[0].description.hasPrefix("f.yaml:\(lines + 2):"), "\(snapshot.problems)")
    #expect(snapshot.devices.keys.sorted() == [name("a"), name("b"), name("c")])
    #expect(snapshot.devices[name("c")]?.spec.properties[0].collectCycle == 50)
    // Without anything wrong in the file, what is missing is gone.
    #expect(read(["f.yaml": SpecYAML.files(SpecYAML.model, SpecYAML.device("a"))], with: &library).devices.count == 1)
    #expect(library.read([SpecFile(path: "f.yaml", content: .failure(SpecProblem(file: "f.yaml", problem: "gone")))]).devices.count == 1)
    #expect(library.read([]).devices.isEmpty)
  }

  @Test(
    "What is wrong with a device is told with file, line, column and field, and leaves the others alone",
    arguments: [
      (SpecYAML.device("x", unit: "300"), 11, 7, "spec.protocol.configData.unit: expected an integer from 1 to 247, found 300"),
      (
        SpecYAML.device("x").replacing("collectCycle: 20", with: "collectCycle: -1"), 14, 7,
        "spec.properties[0].collectCycle: -1 is no cycle"
      ),
      (
        SpecYAML.device("x").replacing("name: t\n", with: "name: tt\n"), 13, 7,
        "spec.properties[0].name: \"tt\" is no property of the DeviceModel m"
      ),
      (
        SpecYAML.device("x", more: "\n      desired: {value: \"500\"}"), 19, 17,
        "spec.properties[0].desired.value: 500 is above the maximum 100"
      ),
      (
        SpecYAML.device("x").replacing("deviceModelRef: {name: m}", with: "deviceModelRef: 7"), 6, 3, "spec.deviceModelRef: expected object"
      ),
    ])
  func places(document: String, line: Int, column: Int, text: String) {
    let snapshot = read(["m.yaml": SpecYAML.files(SpecYAML.model, SpecYAML.device("good")), "x.yaml": document])
    #expect(snapshot.devices.keys.sorted() == [name("good")])
    let problem = snapshot.brokenDevices[name("x")] ?? "none"
    #expect(problem.hasPrefix("x.yaml:\(line):\(column): "), "\(problem)")
    #expect(problem.contains(text), "\(problem)")
  }

  @Test("Fields of v1alpha2's own shape are found where they stand")
  func placesV1Alpha2() {
    let document = """
      apiVersion: devices.kubeedge.io/v1alpha2
      kind: Device
      metadata: {name: x}
      spec:
        deviceModelRef: {name: m}
        protocol:
          customizedProtocol:
            protocolName: fake
            configData:
              unit: 999
        propertyVisitors:
          - propertyName: t
            customizedProtocol:
              protocolName: fake
              configData:
                register: 7
      """
    let broken = read(["m.yaml": SpecYAML.model, "x.yaml": document]).brokenDevices[name("x")] ?? "none"
    #expect(broken.contains("x.yaml:10:9: spec.protocol.customizedProtocol.configData.unit: expected an integer"), "\(broken)")
    let mended = read(["m.yaml": SpecYAML.model, "x.yaml": document.replacing("unit: 999", with: "unit: 9")])
    #expect(mended.devices[name("x")] != nil, "a property costs only itself")
    let text = "x.yaml:16:11: spec.propertyVisitors[0].customizedProtocol.configData.register: expected a string"
    #expect(mended.problems.contains { $0.description.hasPrefix(text) }, "\(mended.problems)")
  }

  @Test("What a property lacks is told where the property stands, and costs only the property")
  func lacking() {
    let document = SpecYAML.device("x").replacing("register: t", with: "registr: t")
    let snapshot = read(["m.yaml": SpecYAML.model, "x.yaml": document])
    #expect(snapshot.devices[name("x")] != nil)
    let text = "x.yaml:17:9: spec.properties[0].visitors.configData: register: is missing"
    #expect(snapshot.problems.contains { $0.description.hasPrefix(text) }, "\(snapshot.problems)")
  }

  @Test("Unknown fields, other kinds, doubles, objects without a name and broken models are told")
  func oddities() {
    let snapshot = read([
      "a.yaml": SpecYAML.files(
        SpecYAML.model.replacing("type: INT", with: "type: INTEGER"), SpecYAML.device("d", more: "\n      colectCycle: 7"),
        "apiVersion: v1\nkind: Service\nmetadata: {name: c}\n", "apiVersion: devices.kubeedge.io/v1beta1\nkind: Device\n", "7\n"),
      "b.yaml": SpecYAML.device("d"),
    ])
    func isTold(_ text: String, in problems: [SpecProblem]) -> Bool { problems.contains { $0.description.contains(text) } }
    #expect(isTold("a.yaml:8:7: spec.properties[0].type: \"INTEGER\" is not one of INT", in: snapshot.problems), "\(snapshot.problems)")
    #expect(isTold("metadata.name: a name is required", in: snapshot.problems))
    #expect(isTold("expected an object with apiVersion, kind and metadata", in: snapshot.problems))
    #expect(isTold("b.yaml:4:3: metadata.name: Device default/d is described at a.yaml:", in: snapshot.problems), "\(snapshot.problems)")
    #expect(isTold("spec.properties[0].colectCycle: unknown field", in: snapshot.warnings), "\(snapshot.warnings)")
    #expect(isTold("Service is passed over", in: snapshot.warnings))
    var store = SpecStore(node: "n", protocolName: "fake", takesUnassigned: true)
    guard case .broken(let problem)? = store.reset(snapshot).first?.entry else {
      Issue.record("the device of a broken model isn't broken")
      return
    }
    #expect(problem.contains("its DeviceModel m can't be used: a.yaml:8:7: "))
  }

  @Test("What is likely a mistake though it is allowed is told with its place; that no node is named is none in a file")
  func warnings() {
    let snapshot = read(["a.yaml": SpecYAML.files(SpecYAML.model, SpecYAML.device("d", cycle: 1_000_000_000))])
    #expect(snapshot.warnings.count == 1)
    #expect(
      snapshot.warnings.first?.description.hasPrefix("a.yaml:29:7: spec.properties[0].collectCycle: 1000000000 milliseconds are 277 hours")
        == true, "\(snapshot.warnings)")
    #expect(snapshot.problems == [])
  }

  @Test("Other nodes' and other protocols' devices, right or wrong, are theirs")
  func others() {
    let snapshot = read([
      "m.yaml": SpecYAML.model, "a.yaml": SpecYAML.device("a", node: "n"), "b.yaml": SpecYAML.device("b", unit: "x", node: "other"),
      "c.yaml": SpecYAML.device("c", unit: "x").replacing("protocolName: fake", with: "protocolName: modbus"),
    ])
    #expect(snapshot.devices.keys.sorted() == [name("a")])
    #expect(snapshot.brokenDevices == [:])
    #expect(snapshot.otherNodes == ["other"])
    #expect(snapshot.problems == [])
  }

  @Test("A wish in a file is known by its timestamp, or by its text; empty ones ask for nothing")
  func wishes() throws {
    func device(_ desired: JSONValue) throws -> ResolvedDevice {
      let object: JSONValue = [
        "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "d"],
        "spec": ["deviceModelRef": ["name": "m"], "properties": [["name": "t", "desired": desired]]],
      ]
      return ResolvedDevice(device: try Device(decoding: object), model: try DeviceModel(decoding: Rig.model))
    }
    let textual = try #require(fileWishes(try device(["value": "5"]))["t"]?.expected?.timestamp)
    #expect(textual < 0 && textual > -(1 << 53), "what edgecore wishes is newer, and every reader of JSON can tell the number")
    #expect(textual != fileWishes(try device(["value": "6"]))["t"]?.expected?.timestamp)
    #expect(fileWishes(try device(["value": "5"])) == ["t": Twin(expected: .init("5", timestamp: textual), type: "int")])
    #expect(fileWishes(try device(["value": ""])) == [:])
    #expect(SpecDiff(old: try device(["value": "5"]), new: try device(["value": "6"])) == .adjust)
    let wishes = fileWishes(try device(["value": "5", "metadata": ["timestamp": "20"]]))
    #expect(wishes["t"]?.expected?.timestamp == 20)
    var desired = DesiredValues()
    let stable = fileWishes(try device(["value": "5"]))
    desired.learn(stable, keepsMarks: false)
    let write = try #require(desired.due(now: 0).first)
    #expect(write.readsFirst)
    desired.finish(write)
    desired.learn(stable, keepsMarks: false)
    #expect(desired.due(now: 0) == [], "read again, the file asks for nothing anew")
  }

  @Test("Nothing that files may hold brings it down, and the good file beside them is read")
  func anything() {
    var generator = SplitMix(seed: 7)
    let seeds = [SpecYAML.files(SpecYAML.model, SpecYAML.device("x")), DeviceProfileTests.profile].map { Array($0.utf8) }
    for (form, seed) in [(SpecLibrary.Form.objects, seeds[0]), (.profile, seeds[1]), (.objects, seeds[1]), (.profile, seeds[0])] {
      var library = SpecLibrary(form: form, node: "n", protocolName: "fake") { DriverFindings($0, driver: FakeDriver()) }
      for _ in 0..<300 {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
          case 1: bytes.remove(at: place)
          case 2: bytes.insert(contentsOf: Array("\n---\n".utf8), at: place)
          default: bytes.insert(UInt8.random(in: 32...126, using: &generator), at: place)
          }
        }
        let good = form == .objects ? SpecYAML.files(SpecYAML.model, SpecYAML.device("good")) : DeviceProfileTests.profile
        let files = [
          SpecFile(path: "a", content: .success(Array(good.utf8))), SpecFile(path: "b", content: .success(bytes)),
        ]
        #expect(library.read(files).devices[name(form == .objects ? "good" : "d")] != nil)
      }
    }
  }
}
