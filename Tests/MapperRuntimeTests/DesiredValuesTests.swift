import MapperRuntime
import Testing
import TwinProtocol

@Suite("Desired values")
struct DesiredValuesTests {
  private func twin(_ expected: String?, at timestamp: Int64? = nil, actual: String? = nil, written: Int64? = nil) -> Twin {
    Twin(
      expected: expected.map { TwinValue($0, timestamp: timestamp) }, actual: actual.map { TwinValue($0) },
      written: written.map { WrittenMark(timestamp: $0) })
  }

  private func delta(_ twins: [String: Twin]) -> TwinDelta {
    TwinDelta(
      envelope: Envelope(eventID: "", timestamp: 0), twins: twins, delta: twins.compactMapValues { $0.expected?.value })
  }

  private func write(_ text: String, at timestamp: Int64, readsFirst: Bool = false) -> DesiredValues.Write {
    .init(property: "p", text: text, timestamp: timestamp, readsFirst: readsFirst)
  }

  @Test("A desired value is written once, however often it is told")
  func once() {
    var desired = DesiredValues()
    desired.learn(["p": twin("5", at: 10)], keepsMarks: true)
    #expect(desired.due(now: 0) == [write("5", at: 10)])
    _ = desired.learn(delta(["p": twin("5", at: 10)]), keepsMarks: true)
    #expect(desired.due(now: 0) == [write("5", at: 10)])
    desired.finish(write("5", at: 10))
    #expect(desired.due(now: 0) == [])
    _ = desired.learn(delta(["p": twin("5", at: 10)]), keepsMarks: true)
    desired.learn(["p": twin("5", at: 10, actual: "7")], keepsMarks: true)
    #expect(desired.due(now: 0) == [], "someone turned the knob: it is left alone")
    _ = desired.learn(delta(["p": twin("5", at: 11)]), keepsMarks: true)
    #expect(desired.due(now: 0) == [write("5", at: 11)], "wished again is another wish")
  }

  @Test("What was written before the mapper started isn't written again")
  func marks() {
    var desired = DesiredValues()
    desired.learn(["p": twin("5", at: 10, written: 10), "q": twin("6", at: 12, written: 11)], keepsMarks: true)
    #expect(desired.due(now: 0).map(\.property) == ["q"])
    desired.finish(.init(property: "q", text: "6", timestamp: 12, readsFirst: false))
    desired.learn(["q": twin("6", at: 12, written: 11)], keepsMarks: true)
    #expect(desired.due(now: 0) == [], "what this process wrote is newer than what edgecore has heard of")
  }

  @Test("A value to be enforced is written again when the device doesn't keep it, after pauses that grow")
  func enforced() {
    var desired = DesiredValues(enforced: ["p"])
    func drifted(_ property: String, now: Int64) -> Bool { desired.drifted(property, now: now) }
    #expect(!drifted("p", now: 0), "nothing is wished")
    desired.learn(["p": twin("5", at: 10), "q": twin("5", at: 10)], keepsMarks: true)
    #expect(!drifted("p", now: 0), "it isn't written yet")
    desired.finish(write("5", at: 10))
    desired.finish(.init(property: "q", text: "5", timestamp: 10, readsFirst: false))
    #expect(desired.kept("p") == "5" && desired.kept("q") == nil)
    var now: Int64 = 0
    for pause: Int64 in [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
      let (written, again) = (drifted("p", now: now), drifted("p", now: now))
      #expect(written && !again, "pause \(pause)")
      if pause > 0 { #expect(desired.due(now: now + pause - 1) == []) }
      now += pause
      #expect(desired.due(now: now) == [write("5", at: 10, readsFirst: true)])
      // edgecore tells meanwhile what differs: that is no other wish.
      _ = desired.learn(delta(["p": twin("5", at: 10)]), keepsMarks: true)
      #expect(desired.due(now: now).count == 1)
      desired.finish(write("5", at: 10, readsFirst: true))
      #expect(desired.due(now: now) == [])
    }
    now += 120_001
    #expect(drifted("p", now: now) && desired.due(now: now).count == 1, "after two quiet minutes it is written at once")
  }

  @Test("Enforced is what was written before the start too, but not what was refused or is wished no more")
  func enforcedWhat() {
    var desired = DesiredValues(enforced: ["p", "q"])
    desired.learn(["p": twin("5", at: 10, written: 10), "q": twin("6", at: 10)], keepsMarks: true)
    func drifted(_ property: String) -> Bool { desired.drifted(property, now: 0) }
    #expect(desired.kept("p") == "5" && desired.due(now: 0).map(\.property) == ["q"])
    desired.finish(.init(property: "q", text: "6", timestamp: 10, readsFirst: false), isRefused: true)
    _ = desired.learn(delta(["q": twin("6", at: 10)]), keepsMarks: true)
    #expect(!drifted("q") && drifted("p"))
    desired.learn(["p": twin(""), "q": twin("6", at: 10)], keepsMarks: true)
    #expect(desired.kept("p") == nil && desired.due(now: 0) == [])
    desired.learn(["p": twin("7", at: 12)], keepsMarks: true)
    #expect(desired.due(now: 0).map(\.text) == ["7"] && !drifted("p"))
  }

  @Test("An empty value, or none, writes nothing and withdraws what waited")
  func empty() {
    var desired = DesiredValues()
    desired.learn(["p": twin(""), "q": twin(nil)], keepsMarks: true)
    #expect(desired.due(now: 0) == [])
    desired.learn(["p": twin("1", at: 1), "q": twin("1", at: 1), "r": twin("1", at: 1)], keepsMarks: true)
    #expect(desired.due(now: 0).count == 3)
    desired.learn(["p": twin("", at: 2), "q": twin(nil)], keepsMarks: true)
    #expect(desired.due(now: 0) == [])
  }

  @Test("Only what differs counts in a delta")
  func deltaOnly() {
    var desired = DesiredValues()
    var message = delta(["p": twin("5", at: 10), "q": twin("6", at: 10)])
    message.delta["q"] = nil
    let isDoubtful = desired.learn(message, keepsMarks: true)
    #expect(isDoubtful, "what was written before isn't known yet: edgecore is asked")
    #expect(desired.due(now: 0) == [])
    desired.learn([:], keepsMarks: true)
    #expect(desired.learn(message, keepsMarks: true) == false)
    #expect(desired.due(now: 0) == [write("5", at: 10)])
  }

  @Test("A core that keeps no marks, or an equal value at the start, makes it read first")
  func readsFirst() {
    var desired = DesiredValues()
    desired.learn(["p": twin("5", at: 10)], keepsMarks: false)
    #expect(desired.due(now: 0) == [write("5", at: 10, readsFirst: true)])
    var other = DesiredValues()
    other.learn(["p": twin("5", at: 10, actual: "5")], keepsMarks: true)
    #expect(other.due(now: 0) == [write("5", at: 10, readsFirst: true)])
  }

  @Test("A delta older than what was written isn't followed but asked about")
  func older() {
    var desired = DesiredValues()
    desired.finish(write("5", at: 10))
    #expect(desired.learn(delta(["p": twin("4", at: 9)]), keepsMarks: true) == true)
    #expect(desired.due(now: 0) == [])
    desired.learn(["p": twin("4", at: 9)], keepsMarks: true)
    #expect(desired.due(now: 0) == [write("4", at: 9)], "what edgecore says when asked holds, its clock may have been set back")
  }

  @Test("Without timestamps the value tells wishes apart")
  func noTimestamps() {
    var desired = DesiredValues()
    _ = desired.learn(delta(["p": twin("5")]), keepsMarks: false)
    #expect(desired.due(now: 0) == [write("5", at: 0, readsFirst: true)])
    desired.finish(write("5", at: 0))
    _ = desired.learn(delta(["p": twin("5")]), keepsMarks: false)
    #expect(desired.due(now: 0) == [])
    _ = desired.learn(delta(["p": twin("6")]), keepsMarks: false)
    #expect(desired.due(now: 0).map(\.text) == ["6"])
  }

  @Test("An unreachable device gets it later, after a look whether it has it; a newer wish doesn't wait")
  func postponed() {
    var desired = DesiredValues()
    desired.learn(["p": twin("5", at: 10)], keepsMarks: true)
    var now: Int64 = 0
    for wait in [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000] as [Int64] {
      desired.postpone(write("5", at: 10), now: now)
      #expect(desired.nextRetry(now: now) == now + wait)
      #expect(desired.due(now: now + wait - 1) == [])
      now += wait
      #expect(desired.due(now: now) == [write("5", at: 10, readsFirst: true)])
    }
    #expect(desired.nextRetry(now: now) == now)
    desired.postpone(write("5", at: 10), now: now)
    _ = desired.learn(delta(["p": twin("6", at: 11)]), keepsMarks: true)
    #expect(desired.due(now: now) == [write("6", at: 11)])
    desired.finish(write("5", at: 10))
    desired.postpone(write("5", at: 10), now: now)
    #expect(desired.due(now: now) == [write("6", at: 11)], "what comes of an older wish says nothing of the newer one")
  }

  @Test("Several are written in the order of the wishes")
  func order() {
    var desired = DesiredValues()
    desired.learn(["b": twin("1", at: 2), "a": twin("1", at: 2), "c": twin("1", at: 1)], keepsMarks: true)
    #expect(desired.due(now: 0).map(\.property) == ["c", "a", "b"])
  }

  @Test("What a file wishes is read first, survives edgecore's having no wish, yields to one of its, and ends with the file's")
  func fromFile() {
    var desired = DesiredValues()
    let wish = Twin(expected: TwinValue("7", timestamp: 0))
    desired.learn(fromFile: ["t": wish])
    desired.learn(["t": Twin(actual: TwinValue("5", timestamp: 3))], keepsMarks: true)
    #expect(desired.due(now: 0) == [.init(property: "t", text: "7", timestamp: 0, readsFirst: true, isOwn: true)])
    desired.finish(desired.due(now: 0)[0])
    desired.learn(fromFile: ["t": wish])
    #expect(desired.due(now: 0) == [], "the same wish is written once")
    desired.learn(fromFile: ["t": Twin(expected: TwinValue("8", timestamp: 0))])
    #expect(desired.due(now: 0).map(\.text) == ["8"])
    desired.learn(["t": Twin(expected: TwinValue("9", timestamp: 50))], keepsMarks: true)
    #expect(desired.due(now: 0).map(\.text) == ["9"])
    desired.learn(fromFile: [:])
    #expect(desired.due(now: 0).map(\.text) == ["9"], "that one isn't the file's")
    desired.finish(desired.due(now: 0)[0])
    desired.learn(fromFile: ["t": wish])
    #expect(desired.due(now: 0).map(\.text) == ["7"])
    desired.learn(fromFile: [:])
    #expect(desired.due(now: 0) == [])
  }

  @Test("What a file wishes waits until edgecore says what was written, or is missed")
  func fileAtStart() {
    let wish = Twin(expected: TwinValue("7", timestamp: -77))
    var desired = DesiredValues()
    desired.learn(fromFile: ["p": wish])
    #expect(desired.due(now: 0) == [], "nothing is known yet")
    desired.learn(["p": twin(nil, actual: "3", written: -77)], keepsMarks: true)
    #expect(desired.due(now: 0) == [], "it was written before the mapper started")
    desired.learn(fromFile: ["p": Twin(expected: TwinValue("8", timestamp: -88))])
    #expect(desired.due(now: 0).map(\.text) == ["8"], "another one is written at once")

    var fresh = DesiredValues()
    fresh.learn(fromFile: ["p": wish])
    fresh.learn(["p": twin(nil, actual: "3")], keepsMarks: true)
    #expect(fresh.due(now: 0).map(\.text) == ["7"])

    var alone = DesiredValues()
    alone.learn(fromFile: ["p": wish])
    let (first, second) = (alone.miss(), alone.miss())
    #expect(first && !second)
    #expect(alone.due(now: 0) == [.init(property: "p", text: "7", timestamp: -77, readsFirst: true, isOwn: true)])
  }

  @Test("Where edgecore wishes something the file's wish isn't written at a start, and never takes its mark")
  func fileBesideEdge() throws {
    var desired = DesiredValues()
    desired.learn(fromFile: ["p": Twin(expected: TwinValue("7", timestamp: -77))])
    desired.learn(["p": twin("50", at: 10, actual: "50", written: 10)], keepsMarks: true)
    #expect(desired.due(now: 0) == [])
    desired.learn(fromFile: ["p": Twin(expected: TwinValue("8", timestamp: -88))])
    let own = try #require(desired.due(now: 0).first)
    #expect(own.text == "8", "it was changed in the file just now")
    #expect(!desired.isMarked(own))
    #expect(desired.isMarked(write("50", at: 10)))
  }

  @Test("A wish that edgecore knows to be done isn't written when the device drifts later")
  func doneAlready() {
    var desired = DesiredValues()
    desired.learn([:], keepsMarks: true)
    desired.finish(write("4", at: 5))
    _ = desired.learn(delta(["p": twin("5", at: 10, actual: "7", written: 10)]), keepsMarks: true)
    #expect(desired.due(now: 0) == [])
    desired.learn(["p": twin("5", at: 10, actual: "7", written: 10)], keepsMarks: true)
    #expect(desired.due(now: 0) == [])
    _ = desired.learn(delta(["p": twin("5", at: 11, actual: "7", written: 10)]), keepsMarks: true)
    #expect(desired.due(now: 0) == [write("5", at: 11)], "wished again it is")
  }
}
