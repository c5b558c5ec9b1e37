import DeviceAPI
import JSON
import MapperRuntime
import MapperSDK
import Testing

@Suite("deviceProfile.json")
struct DeviceProfileTests {
  static let profile = """
    {"deviceInstances":[
      {"id":"meter","name":"meter","protocol":"modbus-meter","model":"meter-model",
       "twins":[{"propertyName":"power","desired":{"value":"5","metadata":{"type":"int"}},"reported":{"value":"4"}}],
       "data":{"dataProperties":[{"propertyName":"power","metadata":{"type":"int"}}],"dataTopic":"$ke/events/device/meter/customized/update"},
       "propertyVisitors":[
         {"name":"power","propertyName":"power","modelName":"meter-model","protocol":"modbus","reportCycle":1000000000,
          "collectCycle":500000000,"customizedValues":{"def":1},
          "visitorConfig":{"register":"HoldingRegister","offset":2,"limit":1,"scale":0.1,"isSwap":true}},
         {"name":"relay","propertyName":"relay","modelName":"meter-model","protocol":"modbus","collectCycle":0,
          "visitorConfig":{"register":"CoilRegister","limit":1}}]},
      {"id":"d","name":"d","protocol":"customized-protocol-d","model":"m","twins":null,
       "propertyVisitors":[
         {"name":"t","propertyName":"t","modelName":"m","protocol":"customized-protocol","collectCycle":100000000,
          "customizedValues":null,"visitorConfig":{"protocolName":"fake","configData":{"register":"t"}}}]}],
    "deviceModels":[
      {"name":"meter-model","properties":[
        {"name":"power","dataType":"int","description":"","accessMode":"ReadOnly","defaultValue":0,"minimum":0,"maximum":0,"unit":"W"},
        {"name":"relay","dataType":"boolean","description":"","accessMode":"ReadWrite","defaultValue":true}]},
      {"name":"m","properties":[
        {"name":"t","dataType":"int","description":"","accessMode":"ReadWrite","defaultValue":0,"minimum":10,"maximum":100,"unit":""}]}],
    "protocols":[
      {"name":"modbus-meter","protocol":"modbus","protocolConfig":{"slaveID":7},
       "protocolCommonConfig":{"com":null,"tcp":{"ip":"192.0.2.1","port":502},"customizedValues":{"def1":"x"}}},
      {"name":"customized-protocol-d","protocol":"customized-protocol",
       "protocolConfig":{"protocolName":"fake","configData":{"bus":"bus","unit":3}},"protocolCommonConfig":{}}]}
    """

  private func read(_ text: String, protocolName: String) -> SpecSnapshot {
    var library = SpecLibrary(form: .profile, node: "n", protocolName: protocolName)
    if protocolName == FakeDriver.protocolName {
      library = SpecLibrary(form: .profile, node: "n", protocolName: protocolName) { DriverFindings($0, driver: FakeDriver()) }
    }
    return library.read([SpecFile(path: "p.json", content: .success(Array(text.utf8)))])
  }

  private func devices(_ snapshot: SpecSnapshot, _ protocolName: String) -> [ResolvedDevice] {
    var store = SpecStore(node: "n", protocolName: protocolName)
    return store.reset(snapshot).compactMap { if case .ready(let device)? = $0.entry { device } else { nil } }
  }

  @Test("A typed protocol becomes configuration, nanoseconds milliseconds, Go's zeros nothing")
  func modbus() throws {
    let snapshot = read(Self.profile, protocolName: "modbus")
    #expect(snapshot.problems + snapshot.warnings == [])
    #expect(snapshot.brokenDevices == [:])
    #expect(snapshot.brokenModels == [:])
    let device = try #require(devices(snapshot, "modbus").first)
    #expect(device.id == "default/meter")
    #expect(device.nodeName == "n")
    #expect(device.protocolConfig["slaveID"] == 7)
    #expect(device.protocolConfig["ip"] == "192.0.2.1" && device.protocolConfig["port"] == 502)
    #expect(device.properties.map(\.name) == ["power", "relay"])
    let power = device.properties[0]
    #expect(power.collectCycle == 500 && power.reportCycle == 1000)
    #expect(power.visitor["offset"] == 2 && power.visitor["isSwap"] == true && power.visitor["scale"]?.number?.double == 0.1)
    #expect(power.type == .int && power.accessMode == .readOnly && power.unit == "W")
    #expect(power.minimum == nil && power.maximum == nil, "a range from 0 to 0 wasn't set")
    #expect(power.desired == nil, "edgecore tells what is desired")
    #expect(device.properties[1].visitor["offset"] == 0, "Go leaves a 0 out")
    #expect(device.properties[1].collectCycle == nil && device.properties[1].type == .boolean)
  }

  @Test("A customized protocol is the one it names")
  func customized() throws {
    let snapshot = read(Self.profile, protocolName: "fake")
    let device = try #require(devices(snapshot, "fake").first)
    #expect(device.id == "default/d")
    #expect(device.protocolConfig == ["bus": "bus", "unit": 3])
    #expect(device.properties[0].collectCycle == 100)
    #expect(device.properties[0].minimum == "10" && device.properties[0].maximum == "100")
    #expect(devices(snapshot, "fake").count == 1)
  }

  @Test(
    "What is wrong is told at its place in the profile, in the profile's words",
    arguments: [
      (#""unit":3"#, #""unit":300"#, "protocols[1].protocolConfig.configData.unit: expected an integer from 1 to 247"),
      (#""register":"t""#, #""register":7"#, "deviceInstances[1].propertyVisitors[0].visitorConfig.configData.register: expected a string"),
      (#""collectCycle":100000000"#, #""collectCycle":"x""#, "deviceInstances[1].propertyVisitors[0].collectCycle: expected integer"),
      (#""minimum":10"#, #""minimum":"ten""#, "deviceModels[1].properties[0].minimum: expected integer"),
      (
        #""dataType":"int","description":"","accessMode":"ReadWrite""#, #""accessMode":"ReadWrite""#,
        "deviceModels[1].properties[0].dataType"
      ),
      (
        #""protocol":"customized-protocol-d""#, #""protocol":"nope""#,
        "deviceInstances[1].protocol: \"nope\" is not the name of one of protocols"
      ),
      (#""deviceModels":["#, #""deviceModels":7,"x":["#, "deviceModels: expected a list"),
    ])
  func places(right: String, wrong: String, text: String) {
    let snapshot = read(Self.profile.replacing(right, with: wrong), protocolName: "fake")
    let told = snapshot.problems.map(\.description) + snapshot.brokenDevices.values
    #expect(told.contains { $0.hasPrefix("p.json:") && $0.contains(text) }, "\(told)")
    let costsTheProperty = wrong.contains("register")
    #expect(devices(snapshot, "fake").count == (costsTheProperty ? 1 : 0))
  }

  @Test("A profile written by hand may name its protocol itself; the id is the device's name; tabs are no matter")
  func byHand() throws {
    let profile = """
      {"deviceInstances":[{"id":"one","name":"same","protocol":"p","model":"m","propertyVisitors":[
      \t{"name":"t","propertyName":"t","protocol":"fake","visitorConfig":{"register":"t"}}]},
      \t{"id":"two","name":"same","protocol":"p","model":"m"}],
      "deviceModels":[{"name":"m","properties":[{"name":"t","dataType":"int"}]}],
      \t"protocols":[{"name":"p","protocol":"fake","protocolConfig":{"unit":900}}]}
      """
    let broken = read(profile, protocolName: "fake").brokenDevices
    #expect(broken.keys.map(\.name).sorted() == ["one", "two"])
    #expect(broken.values.contains { $0.hasPrefix("p.json:5:63: protocols[0].protocolConfig.unit: ") }, "\(broken)")
    let mended = read(profile.replacing("900", with: "9"), protocolName: "fake")
    #expect(devices(mended, "fake").map(\.protocolConfig) == [["unit": 9], ["unit": 9]], "\(mended)")
    let lacking = "p.json:3:2: deviceInstances[1]: configData of the property t: register: is missing"
    #expect(mended.problems.map { $0.description.hasPrefix(lacking) } == [true], "two says nothing of it: \(mended.problems)")
    #expect(read("{\"deviceInstances\":\n [,]}", protocolName: "fake").problems.first?.description.hasPrefix("p.json:2:3: ") == true)
  }

  @Test("What isn't a profile is told, and nothing more")
  func nonsense() {
    for text in ["", "[]", "7", "{", #"{"deviceInstances":[7,{"name":""},{"name":"x","propertyVisitors":7}]}"#, "null"] {
      #expect(devices(read(text, protocolName: "fake"), "fake") == [])
    }
  }
}
