import JSON
import MapperSDK
import Testing

@testable import GPIODriver

@Suite("A GPIO visitor")
struct VisitorTests {
  @Test("has what the schema calls defaults")
  func defaults() throws {
    let plain = try point(["line": "button"])
    #expect(plain.visitor == GPIOVisitor(line: .name("button")))
    for field in GPIODriver.schema.visitor {
      guard let value = field.defaultValue else { continue }
      #expect(try point(["line": "button", field.name: value] as JSONValue).visitor == plain.visitor, "\(field.name)")
    }
    #expect(plain.tellsLevel)
    #expect(!plain.isOutput)
    #expect(GPIODriver().delivery(of: plain) == .byException)
  }

  @Test("has every member it can say")
  func members() throws {
    let visitor: JSONValue = [
      "line": 4, "direction": "out", "activeLow": true, "bias": "pullUp", "drive": "openDrain", "edge": "rising", "debounce": 20,
      "initial": true, "measures": "level", "scale": 2.5, "window": 500,
    ]
    let wanted = GPIOVisitor(
      line: .offset(4), direction: .output, activeLow: true, bias: .pullUp, drive: .openDrain, edge: .rising, debounce: 20, initial: 1,
      scale: 2.5, window: 500)
    #expect(try point(visitor).visitor == wanted)
    #expect(GPIODriver.schema.checkVisitor(visitor, path: "") == [])
  }

  @Test("names lines by offset, by digits, and by name")
  func lines() throws {
    #expect(try point(["line": "7"]).visitor.lines == [.offset(7)])
    #expect(try point(["lines": [1, "2", "GPIO17"]]).visitor.lines == [.offset(1), .offset(2), .name("GPIO17")])
    #expect(try point(["lines": [1]]).visitor.isGroup)
  }

  @Test("says where it can't be read")
  func places() {
    #expect(throws: JSONDecodingError.self) { try point(["line": "a", "initial": "high"]) }
    do {
      _ = try point(["lines": [1, ["a"]]])
      Issue.record("a list is no line")
    } catch {
      #expect("\(error)".hasPrefix("visitor.lines[1]"), "\(error)")
    }
  }

  private static let refusals: [(JSONValue, ValueType, Bool, String?, String)] = [
    ([:], .boolean, false, "bench", "line: is missing: the line's offset on the chip, or its name"),
    (["lines": []], .int, false, "bench", "lines: names no line"),
    (["line": 1, "lines": [2]], .int, false, "bench", "lines: stands beside line: one of both is enough"),
    (["lines": [1, 2, 1]], .int, false, "bench", "lines: names a line twice"),
    (["lines": .array((0..<64).map { JSONValue($0) })], .int, false, "bench", "lines: has to name 1 to 63 lines"),
    (["line": -1], .boolean, false, "bench", "line: -1 is no offset of a line: they begin at 0"),
    (["line": 3], .boolean, false, nil, "line: line 3 is on no chip: name it in spec.protocol.configData.chip, or name the line"),
    (["line": ""], .boolean, false, "bench", "line: is empty"),
    (["line": 1], .string, false, "bench", "measures: a level is a BOOLEAN or an INT, not a string"),
    (["lines": [1]], .boolean, false, "bench", "lines: several lines are an INT, not a boolean"),
    (["line": 1, "measures": "count"], .boolean, false, "bench", "measures: a count is a number, not a boolean"),
    (["line": 1, "measures": "count", "direction": "out"], .int, false, "bench", "measures: an output has no count"),
    (["lines": [1], "measures": "frequency"], .int, false, "bench", "lines: a frequency is of one line"),
    (["line": 1, "measures": "count", "edge": "none"], .int, false, "bench", "edge: without edges there is no count"),
    (["line": 1, "direction": "in"], .boolean, true, "bench", "direction: an input can't be written; make the property ReadOnly"),
    (["line": 1, "debounce": 5], .boolean, true, "bench", "debounce: an output has no edges"),
    (["line": 1, "debounce": 5, "edge": "none"], .boolean, false, "bench", "debounce: without edges there is nothing to wait for"),
    (["lines": [1], "debounce": 5], .int, false, "bench", "debounce: is for one line"),
    (["line": 1, "initial": 2], .boolean, true, "bench", "initial: an output is 0 or 1"),
    (["lines": [1, 2], "initial": 4], .int, true, "bench", "initial: 2 outputs are a number from 0 to 3"),
    (["line": 1, "initial": 1], .boolean, false, "bench", "initial: only an output is set to something"),
    (["line": 1, "drive": "openDrain"], .boolean, false, "bench", "drive: only an output is driven"),
    (["line": 1, "scale": 2], .boolean, false, "bench", "warning: scale: is not used: a level isn't scaled"),
  ]

  @Test("is refused with the place and a reason", arguments: 0..<refusals.count)
  func refused(_ number: Int) throws {
    let (visitor, type, isWritable, chip, wanted) = Self.refusals[number]
    #expect(try issues(visitor, type: type, isWritable: isWritable, chip: chip).contains(wanted))
  }

  @Test("is accepted where it makes sense")
  func accepted() throws {
    #expect(try issues(["line": "button", "debounce": 20], chip: nil) == [])
    #expect(try issues(["line": 1], type: .int, isWritable: true) == [])
    #expect(try issues(["line": 1, "measures": "count", "scale": 0.1], type: .double, isWritable: true) == [])
    #expect(try issues(["lines": [1, 2], "initial": 3], type: .int, isWritable: true) == [])
    #expect(try issues(["line": 1, "edge": "none"], isWritable: false) == [])
  }

  @Test("and the device's configuration are held to limits")
  func configuration() throws {
    func issues(_ consumer: String) -> Int { GPIODriver().issues(with: GPIOConfig(consumer: consumer)).count }
    #expect(issues("gpio-mapper") == 0)
    #expect(issues("") == 1)
    #expect(issues(String(repeating: "x", count: 31)) == 0)
    #expect(issues(String(repeating: "x", count: 32)) == 1)
    #expect(try JSONValueDecoder().decode(GPIOConfig.self, from: [:]) == GPIOConfig())
  }

  @Test("reads its bits the first line's first, and refuses what doesn't fit")
  func bits() throws {
    let group = try point(["lines": [4, 5, 6]], type: .int, isWritable: true)
    #expect(group.value([true, false, true]) == .int(5))
    #expect(try group.levels(.int(6)) == [false, true, true])
    #expect(throws: ReadingError(.invalidValue, "3 outputs are a number from 0 to 7")) { try group.levels(.int(8)) }
    #expect(throws: ReadingError.self) { try group.levels(.int(-1)) }
    let one = try point(["line": 4], isWritable: true)
    #expect(try one.levels(.bool(true)) == [true])
    #expect(throws: ReadingError(.invalidValue, "an output is 0 or 1")) { try one.levels(.int(2)) }
    #expect(throws: ReadingError.self) { try one.levels(.string("on")) }
  }
}
