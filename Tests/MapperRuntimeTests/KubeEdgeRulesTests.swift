import MapperRuntime
import Testing
import TwinProtocol

@Suite("What a KubeEdge core takes")
struct KubeEdgeRulesTests {
  private let device = DeviceID(name: "d")

  private func admit(_ value: String, type: String = "string", name: String = "p", known: String? = nil) -> Twin? {
    let twin = Twin(actual: TwinValue(value, timestamp: 5), type: type, written: WrittenMark(timestamp: 1))
    return try? KubeEdgeRules.admit(twin, named: name, knownType: known)
  }

  @Test("Values and names of its alphabet and length, and no others")
  func alphabet() {
    #expect(admit("aZ0-_.,:/@#") != nil)
    #expect(admit("") != nil)
    #expect(admit(String(repeating: "a", count: 512)) != nil)
    #expect(admit(String(repeating: "a", count: 513)) == nil)
    for text in ["two words", "1e+06", "50%", "heiß", "(1)", "a\n"] { #expect(admit(text) == nil) }
    #expect(admit("1", name: "bad key") == nil)
    #expect(admit("1", name: "") == nil)
    #expect(admit("1", name: String(repeating: "a", count: 129)) == nil)
  }

  @Test("Neither marks nor qualities, a value always, types in its words")
  func shape() {
    #expect(admit("1.5", type: "double") == Twin(actual: TwinValue("1.5", timestamp: 5), type: "float"))
    #expect(admit("AAE", type: "bytes")?.type == "string")
    #expect(admit("1", type: "int")?.type == "int")
    #expect(throws: KubeEdgeRules.Objection.self) {
      try KubeEdgeRules.admit(Twin(written: WrittenMark(timestamp: 1)), named: "p", knownType: nil)
    }
    #expect(throws: KubeEdgeRules.Objection.self) {
      try KubeEdgeRules.admit(Twin(actual: TwinValue("1", quality: "bad", reason: "r")), named: "p", knownType: nil)
    }
  }

  @Test("A value has to be of the type that the core has for the property")
  func types() {
    #expect(admit("1.5", type: "float", known: "int") == nil)
    #expect(admit("2", type: "float", known: "int") != nil)
    #expect(admit("x", known: "float") == nil)
    #expect(admit("on", known: "boolean") == nil)
    #expect(admit("true", known: "boolean") != nil)
    #expect(admit("1.5", known: "string") != nil)
  }

  @Test("States in words that cores as old as their topics know")
  func states() {
    #expect(KubeEdgeRules.state("unhealthy", shape: .name) == "unknown")
    #expect(KubeEdgeRules.state("unhealthy", shape: .namespaced) == "unhealthy")
    #expect(KubeEdgeRules.state("online", shape: .name) == "online")
  }

  @Test("What is withheld is given back when the core turns out to take it, the newest only")
  func withheld() {
    var withheld = Withheld()
    let isNews = withheld.learn(["n": Twin(type: "int")], of: device)
    #expect(isNews)
    let isOld = !withheld.learn(["n": Twin(actual: TwinValue("1"), type: "int")], of: device)
    #expect(isOld)
    let first = withheld.admit(
      ["a": Twin(actual: TwinValue("x y")), "b": Twin(actual: TwinValue("1")), "n": Twin(actual: TwinValue("x"))], of: device)
    #expect(first.keys.sorted() == ["b"])
    #expect(
      withheld.objections.map { $0.prefix(26) } == ["default/d: a is not told: K", "default/d: n is not told: K"].map { $0.prefix(26) })
    _ = withheld.admit(["a": Twin(actual: TwinValue("z z"))], of: device)
    _ = withheld.admit(["n": Twin(actual: TwinValue("7"))], of: device)
    let released = withheld.release()
    #expect(released.map(\.device) == [device])
    #expect(released.first?.twins == ["a": Twin(actual: TwinValue("z z"))])
    #expect(withheld.release().isEmpty)
  }
}
