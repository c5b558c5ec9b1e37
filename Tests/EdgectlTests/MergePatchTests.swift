import JSON
import Testing

@testable import EdgectlCommand

@Suite("Three-way merge patches")
struct MergePatchTests {
  private func patch(_ original: JSONValue?, _ modified: JSONValue, _ current: JSONValue) -> JSONValue {
    MergePatch.threeWay(original: original, modified: modified, current: current)
  }

  @Test("What is applied is set, what isn't applied any more is removed, what others added stays")
  func threeWay() {
    let original: JSONValue = ["labels": ["a": "1", "b": "2"], "spec": ["list": [1, 2], "gone": true]]
    let modified: JSONValue = ["labels": ["a": "9"], "spec": ["list": [1, 3]]]
    let current: JSONValue = ["labels": ["a": "1", "b": "2", "theirs": "x"], "spec": ["list": [1, 2], "gone": true], "status": ["s": 1]]
    #expect(patch(original, modified, current) == ["labels": ["a": "9", "b": .null], "spec": ["list": [1, 3], "gone": .null]])
  }

  @Test("Nothing to do is an empty patch")
  func unchanged() {
    let applied: JSONValue = ["spec": ["a": 1, "empty": [:]]]
    #expect(patch(applied, applied, ["spec": ["a": 1, "empty": [:], "b": 2], "status": [:]]) == [:])
    // Removed by somebody else already.
    #expect(patch(["spec": ["a": 1, "gone": 2]], applied, ["spec": ["a": 1, "empty": [:]]]) == [:])
  }

  @Test("What others changed is set back, and an object that wasn't applied before loses nothing")
  func drift() {
    #expect(patch(["a": 1], ["a": 1], ["a": 2]) == ["a": 1])
    #expect(patch(nil, ["a": 1], ["a": 1, "b": 2]) == [:])
  }

  @Test("A value that changes its kind is replaced whole")
  func kinds() {
    #expect(patch(["a": ["b": 1]], ["a": "text"], ["a": ["b": 1]]) == ["a": "text"])
    #expect(patch(["a": "text"], ["a": ["b": 1]], ["a": "text"]) == ["a": ["b": 1]])
    #expect(patch(["a": 1], ["a": [:]], [:]) == ["a": [:]])
  }
}

@Suite("The annotation of what was applied last")
struct LastAppliedTests {
  @Test("It is written as kubectl writes it")
  func format() {
    let document: JSONValue = ["kind": "Device", "apiVersion": "v1", "metadata": ["name": "a<b>&c"]]
    let text = #"{"apiVersion":"v1","kind":"Device","metadata":{"annotations":{},"name":"a\u003cb\u003e\u0026c"}}"# + "\n"
    let annotated = LastApplied.annotated(document)
    #expect(annotated.at("metadata", "annotations", LastApplied.annotation) == .string(text))
    #expect(
      LastApplied.document(of: annotated) == ["apiVersion": "v1", "kind": "Device", "metadata": ["annotations": [:], "name": "a<b>&c"]])
  }

  @Test("Other annotations stay, an old one of ours is never inside itself")
  func others() {
    let once = LastApplied.annotated(["metadata": ["annotations": ["x": "y"]]])
    #expect(LastApplied.annotated(once) == once)
    #expect(once.at("metadata", "annotations", "x") == "y")
  }
}
