import JSON
import MapperSDK
import Synchronization
import Testing

@testable import GPIODriver

@Suite("A table of lines")
struct LineTableTests {
  private func input(_ line: JSONValue = 0, _ property: String = "p", device: String = "panel", _ more: JSONValue = [:]) throws -> GPIOPoint
  {
    var visitor = more
    visitor["line"] = line
    return try point(visitor, type: more["measures"] == nil ? .boolean : .int, property: property, device: device)
  }

  private func output(_ line: JSONValue = 1, _ property: String = "o", device: String = "panel", _ more: JSONValue = [:]) throws
    -> GPIOPoint
  {
    var visitor = more
    visitor["line"] = line
    return try point(visitor, isWritable: true, property: property, device: device)
  }

  private func reason(_ bench: inout TableBench, _ point: GPIOPoint) -> String {
    do throws(GPIOError) { return TableBench.text(try bench.table.read(point)) } catch { return "\(error)" }
  }

  // MARK: Edges

  @Test("tells edges in the order of their times, across lines")
  func order() throws {
    var bench = try TableBench()
    #expect(try bench.watch([input(0, "a"), input(2, "b")]) == [])
    bench.clock.advance(1)
    bench.move(2, true)
    bench.clock.advance(1)
    bench.move(0, true)
    bench.clock.advance(1)
    bench.move(2, false)
    #expect(try bench.advance() == ["1: true", "0: true", "1: false"])
    #expect(try bench.advance() == [])
  }

  @Test("tells that edges were lost, and the level the line really has")
  func lost() throws {
    var bench = try TableBench()
    _ = try bench.watch([input()])
    for number in 0..<7 {
      bench.clock.advance(1)
      bench.move(0, number.isMultiple(of: 2))
    }
    #expect(
      try bench.advance() == [
        "0: true", "0: false", "0: true", "0: false? 4 edges waited, as many as the kernel keeps: more may have been lost",
      ])
    // The kernel may be about to hand the edge over; when it doesn't, it is lost.
    #expect(try bench.advance(10) == [])
    #expect(bench.table.deadline != nil)
    #expect(try bench.advance(60) == ["0: true? an edge was lost", "0: lost 1"])
    #expect(bench.table.deadline == nil)
    #expect(TableBench.text(try bench.table.read(try input())) == "true")
  }

  @Test("takes an edge that comes after its level for what it is")
  func late() throws {
    var bench = try TableBench()
    _ = try bench.watch([input()])
    bench.clock.advance(1)
    bench.move(0, true)
    bench.chip.state.withLock { $0.lines[0].level = false }
    #expect(try bench.advance() == ["0: true"])
    bench.chip.state.withLock { $0.lines[0].level = true }
    bench.clock.advance(1)
    bench.move(0, false)
    #expect(try bench.advance(100) == ["0: false"])
    #expect(try bench.advance(100) == [])
  }

  @Test("tells a debounced level once it has lasted")
  func debounce() throws {
    var bench = try TableBench()
    _ = try bench.watch([input(0, "p", ["debounce": 20])])
    for level in [true, false, true] {
      bench.clock.advance(1)
      bench.move(0, level)
    }
    #expect(try bench.advance(1) == [])
    #expect(try bench.advance(18) == [])
    #expect(TableBench.text(try bench.table.read(try input(0, "p", ["debounce": 20]))) == "false")
    #expect(try bench.advance(1) == ["0: true"])
  }

  @Test("lets several properties have a line, each with its own view")
  func shared() throws {
    var bench = try TableBench()
    let points = [
      try input(0, "level"), try input("button", "count", ["measures": "count"]),
      try input(0, "down", device: "other", ["edge": "falling"]),
    ]
    _ = try bench.watch(points)
    bench.clock.advance(1)
    bench.move(0, true)
    #expect(try bench.advance() == ["0: true"])
    bench.move(0, false)
    #expect(try bench.advance() == ["0: false", "2: false"])
    #expect(TableBench.text(try bench.table.read(points[1])) == "1")
    #expect(bench.chip.log == ["request [0] as it is"])
  }

  // MARK: Who has a line

  @Test("refuses a line to whoever wants it in another way, and lines of a group one by one")
  func conflicts() throws {
    var bench = try TableBench()
    _ = try bench.watch([input(0, "a")])
    #expect(reason(&bench, try input(0, "b", ["activeLow": true])) == "line 0 of gpiochip0 is used in another way by a of default/panel")
    let group = try point(["lines": [1, 2]], type: .int, isWritable: true, property: "leds")
    #expect(reason(&bench, group) == "0")
    #expect(reason(&bench, try output(2)) == "line 2 of gpiochip0 is used already by leds of default/panel")
    #expect(reason(&bench, try point(["lines": [2, 1]], type: .int, isWritable: true)).contains("used already by leds"))
    #expect(reason(&bench, try input(9)) == "gpiochip0 (bench) has no line 9")
    #expect(reason(&bench, try input("bell")) == "no line of gpiochip0 (bench) is called \"bell\"")
    #expect(reason(&bench, try point(["lines": [0, "button"]], type: .int)) == "line 0 of gpiochip0 is named twice")
  }

  @Test("takes a line that becomes free, and tells what it is then")
  func busy() throws {
    var bench = try TableBench()
    bench.chip.hold(0, by: "somebody")
    bench.chip.hold(1, by: "somebody")
    bench.move(0, true)
    let points = [try input(), try output()]
    #expect(reason(&bench, points[0]) == "line 0 of gpiochip0 is used by \"somebody\"")
    #expect(try bench.watch(points) == [])
    bench.chip.hold(0, by: nil)
    #expect(try bench.advance(999) == [])
    #expect(try bench.advance(1) == ["0: true"])
    bench.chip.hold(1, by: nil)
    #expect(try bench.advance(1000) == ["1: false"])
    #expect(try bench.advance(5000) == [])
    #expect(bench.table.deadline == nil)
  }

  @Test("loses no edge of a line that a read took before the watch could")
  func readFirst() throws {
    var bench = try TableBench()
    bench.chip.hold(0, by: "somebody")
    _ = try bench.watch([input()])
    bench.chip.hold(0, by: nil)
    #expect(TableBench.text(try bench.table.read(try input())) == "false")
    bench.clock.advance(1)
    bench.move(0, true)
    #expect(try bench.advance() == ["0: false", "0: true"], "what couldn't be told before, and the edge")
    #expect(TableBench.text(try bench.table.read(try input())) == "true")
  }

  @Test("gives lines back that nobody wants any more, or not in this way")
  func reload() throws {
    var bench = try TableBench()
    _ = try bench.watch([input(0, "a"), output(1), input(2, "c")])
    _ = try bench.watch([input(0, "a", ["activeLow": true]), output(1)])
    #expect(bench.chip.holder(2) == nil)
    #expect(bench.chip.state.withLock { $0.lines[0].settings?.activeLow } == true)
    #expect(bench.chip.log.filter { $0 == "request [1] as it is" }.count == 1, "an output isn't let go of meanwhile")
    bench.clock.advance(1)
    bench.move(0, true)
    bench.clock.advance(1)
    bench.move(0, false)
    #expect(try bench.advance().last == "0: true")
  }

  @Test("goes on counting when other devices come and go")
  func countGoesOn() throws {
    var bench = try TableBench()
    let count = try input(0, "count", ["measures": "count"])
    _ = try bench.watch([count])
    for level in [true, false, true] {
      bench.clock.advance(1)
      bench.move(0, level)
    }
    _ = try bench.advance()
    _ = try bench.watch([input(2, "new"), count])
    #expect(TableBench.text(try bench.table.read(count)) == "2")
    bench.clock.advance(1)
    bench.move(0, false)
    _ = try bench.watch([count])
    bench.clock.advance(1)
    bench.move(0, true)
    _ = try bench.advance()
    #expect(TableBench.text(try bench.table.read(count)) == "3")
  }

  @Test("keeps a count while the chip is away, in doubt until it is set")
  func countComesBack() throws {
    let memory = CountMemory()
    let count = try input(0, "count", ["measures": "count"])
    var first = try TableBench(FakeChip(), memory: memory)
    _ = try first.watch([count])
    first.clock.advance(1)
    first.move(0, true)
    _ = try first.advance()
    first.table.close()
    var second = try TableBench(FakeChip(), memory: memory)
    _ = try second.watch([count])
    #expect(TableBench.text(try second.table.read(count)) == "1? while the chip was away nothing was counted")
    try second.table.write(.int(10), to: count)
    #expect(TableBench.text(try second.table.read(count)) == "10")
  }

  // MARK: Outputs

  @Test("sets lines of a group at once, and takes outputs as they are unless told otherwise")
  func outputs() throws {
    var bench = try TableBench()
    bench.chip.state.withLock { $0.lines[3].level = true }
    let group = try point(["lines": [1, 2]], type: .int, isWritable: true, property: "leds")
    try bench.table.write(.int(2), to: group)
    #expect(TableBench.text(try bench.table.read(try output(3))) == "true")
    #expect(TableBench.text(try bench.table.read(try output(0, "on", ["initial": true, "activeLow": true]))) == "true")
    #expect(
      bench.chip.log == ["request [1, 2] as it is", "set [1, 2] [false, true]", "request [3] as it is", "request [0] [true]"])
    #expect(!bench.chip.level(0), "active is low")
    #expect(throws: ReadingError(.readOnly, "an input can't be written")) { try bench.table.write(.bool(true), to: try input(0, "b")) }
  }

  @Test("ends a pulse in time, tells of it, and lets a write have the last word")
  func pulse() throws {
    var bench = try TableBench()
    let relay = try output()
    _ = try bench.watch([relay])
    try bench.table.perform(DeviceCommand(name: "pulse", argument: "100"), on: relay)
    #expect(bench.chip.level(1), "it begins before the command returns")
    #expect(try bench.advance(1) == ["0: true"])
    #expect(try bench.advance(98) == [])
    #expect(try bench.advance(1) == ["0: false"])
    #expect(!bench.chip.level(1))

    try bench.table.perform(DeviceCommand(name: "blink", argument: "5x10"), on: relay)
    _ = try bench.advance(10)
    try bench.table.write(.bool(true), to: relay)
    #expect(try bench.advance(500) == [])
    #expect(bench.chip.level(1))
    #expect(bench.table.deadline == nil)

    try bench.table.perform(DeviceCommand(name: "pulse", argument: "100"), on: relay)
    _ = try bench.advance(50)
    try bench.table.perform(DeviceCommand(name: "pulse", argument: "100"), on: relay)
    #expect(try bench.advance(60) == ["0: true"], "a new pulse has its whole length")
    #expect(try bench.advance(40) == ["0: false"])
  }

  @Test("ends pulses when it closes, or when nobody wants the line any more", arguments: [true, false])
  func pulseAtTheEnd(closes: Bool) throws {
    var bench = try TableBench()
    let relay = try output(1, "relay", ["activeLow": true])
    _ = try bench.watch([relay])
    try bench.table.perform(DeviceCommand(name: "pulse", argument: "60000"), on: relay)
    #expect(!bench.chip.level(1))
    if closes { bench.table.close() } else { _ = try bench.watch([]) }
    #expect(bench.chip.level(1), "inactive")
    #expect(bench.chip.log.suffix(2) == ["set [1] [false]", "release [1]"])
    #expect(bench.chip.holder(1) == nil)
    #expect(bench.chip.state.withLock { $0.isClosed } == closes)
  }

  @Test("refuses pulses of what is no single output")
  func noPulse() throws {
    var bench = try TableBench()
    let group = try point(["lines": [1, 2]], type: .int, isWritable: true, property: "leds")
    for point in [try input(), group] {
      #expect(throws: ReadingError(.invalidValue, "pulse is for an output of one line, which \(point.property) is not")) {
        try bench.table.perform(DeviceCommand(name: "pulse", argument: "100"), on: point)
      }
    }
  }

  @Test("leaves an output that was set without pulses as it is when it closes")
  func closes() throws {
    var bench = try TableBench()
    try bench.table.write(.bool(true), to: try output())
    bench.table.close()
    bench.table.close()
    #expect(bench.chip.log == ["request [1] as it is", "set [1] [true]", "release [1]"])
    #expect(bench.chip.level(1))
  }
}
