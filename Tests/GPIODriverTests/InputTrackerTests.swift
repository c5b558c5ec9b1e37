import JSON
import MapperSDK
import Testing

@testable import GPIODriver

@Suite("What an input makes of its edges")
struct InputTrackerTests {
  private func edges(_ levels: [Bool], from time: Int64 = 1) -> [EdgeEvent] {
    levels.enumerated().map { EdgeEvent(isRising: $0.element, time: time + Int64($0.offset)) }
  }

  private func tracker(_ edge: GPIOVisitor.Edge = .both, debounce: Int64 = 0, measures: GPIOVisitor.Measure = .level) -> InputTracker {
    InputTracker(GPIOVisitor(line: .offset(0), edge: edge, debounce: debounce, measures: measures), level: false, since: 0)
  }

  @Test("are the changes that are asked for")
  func kinds() {
    for (kind, levels) in [(GPIOVisitor.Edge.both, [true, false, true, false]), (.rising, [true, true]), (.falling, [false, false])] {
      var tracker = tracker(kind)
      #expect(tracker.take(edges([true, false, true, false]), isFull: false).changes.map(\.level) == levels)
      #expect(tracker.meter.count == 2, "both edges are needed to count")
    }
  }

  @Test("is doubted as soon as an edge must be missing, and the rising one between two falling ones counted")
  func lost() {
    var tracker = tracker()
    let outcome = tracker.take(edges([true, false, false, true]), isFull: false)
    #expect(outcome.lost == 1)
    #expect(outcome.doubt == "an edge was lost")
    #expect(tracker.meter.count == 3)
    let more = tracker.take(edges([true, true, true], from: 10), isFull: false)
    #expect(more.lost == 3)
    #expect(more.doubt == "3 edges were lost")
    #expect(tracker.meter.count == 6)
    #expect(tracker.take(edges([false], from: 20), isFull: false).doubt == nil)
  }

  @Test("is doubted when as many edges waited as the kernel keeps, and so is a count until it is set")
  func full() throws {
    var tracker = tracker(measures: .count)
    let outcome = tracker.take(edges([true, false]), isFull: true)
    #expect(outcome.lost == 0)
    #expect(outcome.doubt == "2 edges waited, as many as the kernel keeps: more may have been lost")
    let count = try point(["line": 0, "measures": "count"], type: .int)
    #expect(tracker.reading(of: count, now: 5) == .uncertain(.int(1), reason: outcome.doubt ?? ""))
    tracker.setCount(0)
    #expect(tracker.reading(of: count, now: 5) == .value(.int(0)))
  }

  @Test("isn't doubted when only bouncing edges are missing")
  func bouncing() {
    var tracker = tracker(debounce: 1)
    let outcome = tracker.take(edges([true, true, false, false, true]), isFull: true)
    #expect(outcome.doubt == nil)
    #expect(outcome.changes == [])
    #expect(tracker.settle(now: 5 + 1_000_000).changes.map(\.level) == [true])
    #expect(tracker.meter.count == 1)
  }

  @Test("leaves out edges that led to the level it began with")
  func beginning() {
    var tracker = InputTracker(GPIOVisitor(line: .offset(0)), level: true, since: 10)
    // Queued between the request and the first look at the level, and one that was dated a little late.
    let outcome = tracker.take(
      [.init(isRising: true, time: 8), .init(isRising: false, time: 9), .init(isRising: true, time: 11)], isFull: false)
    #expect(outcome == .init())
    #expect(tracker.take([.init(isRising: false, time: 12)], isFull: false).changes == [.init(level: false, time: 12)])
    #expect(tracker.take([.init(isRising: false, time: 13)], isFull: false).lost == 1)
  }

  @Test("takes the level that the line really has")
  func correction() {
    var tracker = tracker()
    #expect(tracker.correct(false, now: 3) == .init())
    let outcome = tracker.correct(true, now: 4)
    #expect(outcome == .init(changes: [.init(level: true, time: 4)], lost: 1, doubt: "an edge was lost"))
    #expect(tracker.level)
  }

  @Test("is a count times its scale, in the property's type")
  func scale() throws {
    var tracker = InputTracker(GPIOVisitor(line: .offset(0), measures: .count, scale: 0.001), level: false, since: 0)
    _ = tracker.take(edges([true, false, true, false, true]), isFull: false)
    let visitor: JSONValue = ["line": 0, "measures": "count", "scale": 0.001]
    #expect(tracker.reading(of: try point(visitor, type: .double), now: 9) == .value(.double(0.003)))
    #expect(tracker.reading(of: try point(visitor, type: .float), now: 9) == .value(.float(0.003)))
    #expect(tracker.reading(of: try point(visitor, type: .int), now: 9) == .value(.int(0)))
  }

  @Test("goes on with a count from before, in doubt")
  func resumed() throws {
    var tracker = tracker(measures: .count)
    tracker.resume(41)
    _ = tracker.take(edges([true]), isFull: false)
    let count = try point(["line": 0, "measures": "count"], type: .int)
    #expect(tracker.reading(of: count, now: 9) == .uncertain(.int(42), reason: "while the chip was away nothing was counted"))
  }
}
