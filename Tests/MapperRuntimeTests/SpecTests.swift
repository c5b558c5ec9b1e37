import DeviceAPI
import JSON
import MapperRuntime
import MapperSDK
import Testing

@Suite("What a mapper makes of Devices and DeviceModels")
struct SpecTests {
  private func device(
    _ name: String = "d", node: String = "n", protocolName: String? = "temperature", model: String? = "m", config: JSONValue = [:],
    properties: JSONValue = []
  ) -> JSONValue {
    var spec: JSONValue = ["nodeName": .string(node), "properties": properties]
    if let model { spec["deviceModelRef"] = ["name": .string(model)] }
    if let protocolName { spec["protocol"] = ["protocolName": .string(protocolName), "configData": config] }
    return [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string(name), "namespace": "default"],
      "spec": spec,
    ]
  }

  private func model(_ name: String = "m", protocolName: String? = nil, maximum: String = "90", type: String = "FLOAT") -> JSONValue {
    var spec: JSONValue = [
      "properties": [
        ["name": "t", "type": .string(type), "accessMode": "ReadWrite", "maximum": .string(maximum)],
        ["name": "u", "type": "STRING", "accessMode": "ReadOnly"],
      ]
    ]
    if let protocolName { spec["protocol"] = .string(protocolName) }
    return [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel",
      "metadata": ["name": .string(name), "namespace": "default"], "spec": spec,
    ]
  }

  private func name(_ name: String = "d") -> DeviceName { DeviceName(namespace: "default", name: name) }

  private func resolved(_ changes: [SpecStore.Change]) -> ResolvedDevice? {
    guard changes.count == 1, case .ready(let device)? = changes[0].entry else { return nil }
    return device
  }

  @Test("A device of the node and protocol is taken once its model is there, in whatever order they come")
  func order() {
    var store = SpecStore(node: "n", protocolName: "temperature")
    #expect(store.resetModels([]) == [])
    #expect(store.resetDevices([device()]) == [.init(name: name(), entry: .waiting("the DeviceModel m isn't there yet"))])
    #expect(store.modelChanged(model("other")) == [])
    #expect(resolved(store.modelChanged(model()))?.properties.map(\.name) == ["t", "u"])
    #expect(store.modelChanged(model()) == [], "nothing changed")
    #expect(store.deviceChanged(device()) == [])
    #expect(store.modelRemoved(model()) == [.init(name: name(), entry: .waiting("the DeviceModel m isn't there yet"))])

    var other = SpecStore(node: "n", protocolName: "temperature")
    #expect(other.resetModels([model()]) == [])
    #expect(resolved(other.deviceChanged(device())) != nil)
    #expect(other.deviceRemoved(device()) == [.init(name: name(), entry: nil)])
    #expect(other.deviceRemoved(device()) == [])
  }

  @Test("The protocol is the device's, else its model's; other nodes' and protocols' devices are nobody's business")
  func whose() {
    var store = SpecStore(node: "n", protocolName: "temperature")
    _ = store.resetModels([model("m"), model("p", protocolName: "temperature"), model("q", protocolName: "modbus")])
    #expect(store.deviceChanged(device(node: "x")) == [])
    #expect(store.deviceChanged(device(protocolName: "modbus")) == [])
    #expect(store.deviceChanged(device(protocolName: nil)) == [])
    #expect(store.deviceChanged(device(protocolName: nil, model: "q")) == [])
    #expect(resolved(store.deviceChanged(device(protocolName: nil, model: "p"))) != nil)
    #expect(resolved(store.deviceChanged(device("e", model: "q"))) != nil)
    #expect(
      store.deviceChanged(device(node: "x")) == [
        .init(name: name(), entry: .released("the device is of the node x now, and its mapper of n"))
      ])
    #expect(store.deviceChanged(device(node: "x")) == [], "it is told once")
    let other = store.deviceChanged(device("e", protocolName: "modbus"))
    #expect(other == [.init(name: name("e"), entry: .released("the device's protocol is modbus now, and its mapper's is temperature"))])
    #expect(store.deviceRemoved(device("e")) == [], "what is gone has no more to be told")
  }

  @Test("Nothing is told before devices and models are both listed, so that no model seems to be missing", arguments: [true, false])
  func start(devicesFirst: Bool) {
    var store = SpecStore(node: "n", protocolName: "temperature")
    var start = SpecStart()
    if devicesFirst {
      #expect(start.listedDevices(store.resetDevices([device()])) == [])
      #expect(start.take(store.deviceChanged(device("e"))) == [])
      let told = start.listedModels(store.resetModels([model()]))
      #expect(told.map(\.name) == [name("d"), name("e")])
      #expect(told.allSatisfy { if case .ready? = $0.entry { true } else { false } })
    } else {
      #expect(start.listedModels(store.resetModels([model()])) == [])
      #expect(resolved(start.listedDevices(store.resetDevices([device()]))) != nil)
    }
    let later = start.take(store.modelRemoved(model()))
    #expect(!later.isEmpty)
    #expect(later.allSatisfy { if case .waiting? = $0.entry { true } else { false } })
  }

  @Test("A list replaces everything: what isn't in it is gone")
  func reset() {
    var store = SpecStore(node: "n", protocolName: "temperature")
    _ = store.resetModels([model()])
    #expect(store.resetDevices([device("a"), device("b")]).map(\.name) == [name("a"), name("b")])
    #expect(
      store.resetDevices([device("b"), device("c")]).map { "\($0.name) \($0.entry != nil)" } == ["default/c true", "default/a false"])
    #expect(store.resetModels([]).count == 2)
  }

  @Test("A device that can't be read is broken with its field, once it is known whose it is")
  func broken() {
    var store = SpecStore(node: "n", protocolName: "temperature")
    _ = store.resetModels([model()])
    var wrong = device()
    wrong["spec"]?["properties"] = 7
    guard case .broken(let problem)? = store.deviceChanged(wrong).first?.entry else {
      Issue.record("it isn't broken")
      return
    }
    #expect(problem.contains("spec.properties"))
    #expect(resolved(store.deviceChanged(device())) != nil)
    wrong["spec"]?["nodeName"] = "x"
    var fresh = SpecStore(node: "n", protocolName: "temperature")
    #expect(fresh.deviceChanged(wrong) == [])
    #expect(fresh.deviceChanged(["spec": 1]) == [])
    guard case .broken? = fresh.deviceChanged(device(model: nil)).first?.entry else {
      Issue.record("it has no model")
      return
    }
  }

  private func diff(_ old: (JSONValue, JSONValue), _ new: (JSONValue, JSONValue)) throws -> SpecDiff {
    SpecDiff(
      old: ResolvedDevice(device: try Device(decoding: old.0), model: try DeviceModel(decoding: old.1)),
      new: ResolvedDevice(device: try Device(decoding: new.0), model: try DeviceModel(decoding: new.1)))
  }

  @Test("Cycles and whether a property is reported change while a device runs")
  func adjust() throws {
    let plain = (device(properties: [["name": "t", "collectCycle": 100]]), model())
    #expect(try diff(plain, plain) == .same)
    #expect(try diff(plain, (device(properties: [["name": "t", "collectCycle": 200]]), model())) == .adjust)
    #expect(try diff(plain, (device(properties: [["name": "t", "collectCycle": 100, "reportToCloud": false]]), model())) == .adjust)
  }

  @Test("Labels and report cycles change nothing, nor do desired values: edgecore tells them")
  func same() throws {
    let plain = (device(properties: [["name": "t", "collectCycle": 100]]), model())
    var labelled = device(properties: [["name": "t", "collectCycle": 100, "reportCycle": 5]])
    labelled["metadata"]?["labels"] = ["a": "b"]
    #expect(try diff(plain, (labelled, model())) == .same)
    var store = SpecStore(node: "n", protocolName: "temperature")
    _ = store.resetModels([model()])
    _ = store.deviceChanged(plain.0)
    #expect(store.deviceChanged(device(properties: [["name": "t", "collectCycle": 100, "desired": ["value": "5"]]])) == [])
  }

  @Test("What a device is and how it is reached starts it anew")
  func restart() throws {
    let plain = (device(properties: [["name": "t", "collectCycle": 100]]), model())
    #expect(try diff(plain, (device(config: ["seed": 1], properties: [["name": "t", "collectCycle": 100]]), model())) == .restart)
    #expect(try diff(plain, (device(properties: [["name": "u", "collectCycle": 100]]), model())) == .restart)
    #expect(
      try diff(plain, (device(properties: [["name": "t", "collectCycle": 100], ["name": "u", "collectCycle": 100]]), model())) == .restart)
    #expect(try diff(plain, (plain.0, model(maximum: "80"))) == .restart)
    #expect(try diff(plain, (plain.0, model(type: "INT"))) == .restart)
    let visited = device(properties: [["name": "t", "visitors": ["protocolName": "temperature", "configData": ["measures": "target"]]]])
    #expect(try diff(plain, (visited, model())) == .restart)
  }
}
