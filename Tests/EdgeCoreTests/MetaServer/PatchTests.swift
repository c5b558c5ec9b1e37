import EdgeCore
import JSON
import Testing

@Suite("Patches")
struct PatchTests {
  @Test(
    "A merge patch replaces, adds and removes members",
    arguments: [
      (#"{"a":1,"b":{"c":2}}"#, #"{"a":null,"b":{"d":3}}"#, #"{"b":{"c":2,"d":3}}"#),
      (#"{"a":[1,2]}"#, #"{"a":[3]}"#, #"{"a":[3]}"#),
      (#"{"a":1}"#, #"{"a":{"b":null,"c":1}}"#, #"{"a":{"c":1}}"#),
    ])
  func merge(value: String, patch: String, result: String) throws {
    #expect(MergePatch.apply(try JSONValue(parsing: patch), to: try JSONValue(parsing: value)).text == result)
  }

  @Test(
    "A JSON patch carries its operations out in order",
    arguments: [
      (#"[{"op":"add","path":"/list/-","value":3}]"#, #"{"list":[1,2,3],"name":"x"}"#),
      (#"[{"op":"add","path":"/list/0","value":0}]"#, #"{"list":[0,1,2],"name":"x"}"#),
      (#"[{"op":"remove","path":"/list/0"},{"op":"replace","path":"/name","value":"y"}]"#, #"{"list":[2],"name":"y"}"#),
      (#"[{"op":"move","from":"/name","path":"/a~1b"}]"#, #"{"a/b":"x","list":[1,2]}"#),
      (#"[{"op":"copy","from":"/list/1","path":"/list/-"}]"#, #"{"list":[1,2,2],"name":"x"}"#),
      (#"[{"op":"test","path":"/name","value":"x"},{"op":"remove","path":"/list"}]"#, #"{"name":"x"}"#),
    ])
  func jsonPatch(patch: String, result: String) throws {
    let value: JSONValue = ["list": [1, 2], "name": "x"]
    #expect(try JSONPatch.apply(try JSONValue(parsing: patch), to: value, maximumDepth: 64).text == result)
  }

  @Test(
    "A JSON patch that can't be carried out says which operation and why",
    arguments: [
      (#"{}"#, "a JSON patch is an array of operations, not object"),
      (#"[{"op":"remove","path":"/none"}]"#, "the patch's operation 0: there is nothing at /none"),
      (#"[{"op":"test","path":"/name","value":"y"}]"#, "the patch's operation 0: the value at /name is not the one tested for"),
      (#"[{"op":"turn","path":"/name"}]"#, "the patch's operation 0: there is no operation \"turn\""),
      (#"[{"op":"add","path":"name"}]"#, "the patch's operation 0: \"name\" is no JSON pointer: it has to begin with /"),
      (#"[{"op":"add","path":"/list/7","value":1}]"#, "the patch's operation 0: the array has no place 7"),
      (#"[{"op":"test","path":"/list/01","value":2}]"#, "the patch's operation 0: there is nothing at /list/01"),
      (#"[{"op":"add","path":"/list/+1","value":1}]"#, "the patch's operation 0: the array has no place +1"),
      (#"[{"op":"remove","path":"/list/-0"}]"#, "the patch's operation 0: there is nothing at /list/-0"),
      (#"[{"op":"remove","path":""}]"#, "the patch's operation 0: the whole object can't be removed"),
    ])
  func failing(patch: String, problem: String) throws {
    let error = #expect(throws: JSONPatch.Failure.self) {
      () throws in try JSONPatch.apply(try JSONValue(parsing: patch), to: ["list": [1, 2], "name": "x"], maximumDepth: 64)
    }
    #expect(error?.description == problem)
  }
}
