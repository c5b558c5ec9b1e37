import MapperRuntime
import MapperSDK
import Testing

@Suite("Who is on a bus")
struct BusClaimsTests {
  private func name(_ name: String) -> DeviceName { DeviceName(namespace: "default", name: name) }

  /// A bus whose only setting is its speed.
  private func claims(_ devices: KeyValuePairs<String, Int> = [:]) -> BusClaims<Int> {
    var claims = BusClaims<Int>(BusID("line")) { config, other in
      config == other ? [] : [SchemaIssue(path: "baudRate", problem: "\(config) instead of \(other)", isError: true)]
    }
    for (device, speed) in devices { claims.add(name(device), speed) }
    return claims
  }

  private func refused(_ claims: BusClaims<Int>) -> [String] {
    claims.devices.filter { !claims.refusal(of: $0).isEmpty }.map(\.name)
  }

  @Test("The first device decides; who conflicts with it is refused, with the setting and the device")
  func first() {
    let claims = claims(["a": 9600, "b": 9600, "c": 19_200])
    #expect(claims.settings == 9600)
    #expect(refused(claims) == ["c"])
    #expect(
      claims.refusal(of: name("c")).map(\.description) == [
        "spec.protocol.configData.baudRate: 19200 instead of 9600, which the device default/a has on the same bus, line"
      ])
    #expect(claims.refusal(of: name("nobody")) == [])
  }

  @Test("The settings stay while anybody on the bus wants them; then those of who has waited longest hold")
  func leaving() {
    var claims = claims(["a": 9600, "x": 300, "b": 9600, "y": 19_200, "z": 300])
    claims.remove(name("a"))
    #expect(claims.leader == name("b"), "not x, though it came earlier")
    #expect(refused(claims) == ["x", "y", "z"])
    claims.remove(name("b"))
    #expect(claims.settings == 300)
    #expect(refused(claims) == ["y"])
    for device in ["x", "y", "z"] { claims.remove(name(device)) }
    #expect(claims.isEmpty)
    #expect(claims.settings == nil)
  }

  @Test("Devices that are changed one by one end up on the bus, whichever is changed first")
  func oneByOne() {
    for order in [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]] {
      var claims = claims(["a": 9600, "b": 9600, "c": 9600])
      for (index, device) in order.enumerated() {
        let keepsPlace = claims.change(name(device), 19_200)
        #expect(!keepsPlace)
        claims.remove(name(device))
        claims.add(name(device), 19_200)
        #expect(claims.settings == (index == 2 ? 19_200 : 9600))
        #expect(refused(claims) == (index == 2 ? [] : Array(order[...index])))
      }
      #expect(claims.leader == name(order[0]))
    }
  }

  @Test("A device that wants the same as before keeps its place, though others wait")
  func sameAgain() {
    var claims = claims(["a": 9600, "b": 19_200])
    let keepsPlace = claims.change(name("a"), 9600)
    #expect(keepsPlace)
    #expect(claims.leader == name("a"))
    #expect(refused(claims) == ["b"])
  }
}
