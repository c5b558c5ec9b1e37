import MapperRuntime
import Testing
import TwinProtocol

@Suite("The outbox")
struct OutboxTests {
  private let a = DeviceID(name: "a")
  private let b = DeviceID(name: "b")

  private func twin(_ value: String, written: Int64? = nil) -> Twin {
    Twin(actual: TwinValue(value, timestamp: 1), type: "int", written: written.map { WrittenMark(timestamp: $0) })
  }

  private func outbox() -> Outbox { Outbox(ids: EventIDs(prefix: "e")) }

  @Test("Nothing is sent while closed; opening sends what waits, one update a device")
  func opening() {
    var outbox = outbox()
    #expect(outbox.add(["x": twin("1")], of: b, now: 0) == [])
    #expect(outbox.add(["x": twin("2"), "y": twin("3")], of: a, now: 0) == [])
    #expect(outbox.add([:], of: a, now: 0) == [])
    #expect(outbox.waiting == 3)
    #expect(
      outbox.open(now: 0) == [
        .init(device: b, eventID: "e-1", twins: ["x": twin("1")]),
        .init(device: a, eventID: "e-2", twins: ["x": twin("2"), "y": twin("3")]),
      ])
    #expect(outbox.waiting == 0)
    #expect(outbox.inFlight == 2)
  }

  @Test("While an update is on its way newer values wait, the newest of each property, and go once it is answered")
  func oneAtATime() {
    var outbox = outbox()
    #expect(outbox.open(now: 0) == [])
    #expect(outbox.add(["x": twin("1")], of: a, now: 0).first?.eventID == "e-1")
    #expect(outbox.add(["x": twin("2")], of: a, now: 1) == [])
    #expect(outbox.add(["x": twin("3"), "y": twin("4")], of: a, now: 2) == [])
    #expect(outbox.superseded == 1)
    #expect(outbox.add(["x": twin("1")], of: b, now: 2).first?.eventID == "e-2", "another device doesn't wait")
    #expect(outbox.answered(eventID: "other", of: a, now: 3) == .unknown)
    #expect(outbox.answered(eventID: "e-2", of: a, now: 3) == .unknown)
    #expect(
      outbox.answered(eventID: "e-1", of: a, now: 3)
        == .settled(next: [.init(device: a, eventID: "e-3", twins: ["x": twin("3"), "y": twin("4")])]))
    #expect(outbox.answered(eventID: "e-1", of: a, now: 4) == .unknown, "an answer counts once")
    #expect(outbox.answered(eventID: "e-3", of: a, now: 4) == .settled(next: []))
    #expect(outbox.inFlight == 1)
    #expect(outbox.answered(eventID: "e-9", of: DeviceID(name: "c"), now: 4) == .unknown)
  }

  @Test("Where every value is to arrive they wait in line, while others are replaced; a value of both goes once")
  func every() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    #expect(outbox.add(["x": twin("1")], of: a, every: ["x"], now: 0).first?.eventID == "e-1")
    for value in ["2", "3"] { #expect(outbox.add(["x": twin(value), "y": twin(value)], of: a, every: ["x"], now: 0) == []) }
    #expect(outbox.add(["y": twin("4")], of: a, now: 0) == [])
    #expect(
      outbox.answered(eventID: "e-1", of: a, now: 1)
        == .settled(next: [.init(device: a, eventID: "e-2", twins: ["x": twin("2"), "y": twin("2")])]))
    #expect(
      outbox.answered(eventID: "e-2", of: a, now: 2)
        == .settled(next: [.init(device: a, eventID: "e-3", twins: ["x": twin("3"), "y": twin("4")])]))
    #expect(outbox.answered(eventID: "e-3", of: a, now: 3) == .settled(next: []))
    #expect(outbox.lost == 0)
  }

  @Test("When too many wait the oldest are lost: counted, and the next value says so")
  func overflow() {
    var outbox = outbox()
    let more = 3
    for value in 0..<Outbox.limit + more {
      _ = outbox.add(["x": twin("\(value)")], of: a, every: ["x"], marksLosses: true, now: 0)
    }
    #expect(outbox.lost == more)
    #expect(outbox.waiting == Outbox.limit)
    let first = outbox.open(now: 0).first?.twins["x"]?.actual
    #expect(first?.value == "\(more)")
    #expect(first?.quality == "uncertain")
    #expect(first?.reason?.contains("lost") == true)
  }

  @Test("What a newer value doesn't say, the mark of a written value, isn't lost with the older one")
  func marks() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    _ = outbox.add(["x": twin("1")], of: a, now: 0)
    _ = outbox.add(["x": twin("2", written: 7)], of: a, now: 0)
    _ = outbox.add(["x": twin("3")], of: a, now: 0)
    _ = outbox.add(["x": Twin(written: WrittenMark(timestamp: 8))], of: a, now: 0)
    #expect(
      outbox.answered(eventID: "e-1", of: a, now: 0)
        == .settled(next: [.init(device: a, eventID: "e-2", twins: ["x": twin("3", written: 8)])]))
  }

  @Test("An unanswered update is sent again, the same, after waits that double up to half a minute")
  func timeouts() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    let message = outbox.add(["x": twin("1")], of: a, now: 0)
    var now: Int64 = 0
    for wait in [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] as [Int64] {
      #expect(outbox.overdue(now: now + wait - 1) == [])
      now += wait
      #expect(outbox.overdue(now: now) == message)
      #expect(outbox.overdue(now: now) == [])
    }
    #expect(outbox.abandoned == 0)
    #expect(outbox.answered(eventID: "e-1", of: a, now: now) == .settled(next: []))
    #expect(outbox.overdue(now: now + 1_000_000) == [])
  }

  @Test("A core that never answers gets the newest values after a while, nothing of the old ones lost")
  func abandoning() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    _ = outbox.add(["x": twin("1"), "y": twin("1", written: 5)], of: a, now: 0)
    _ = outbox.add(["x": twin("2")], of: a, now: 0)
    var sent: [Outbox.Message] = []
    for now in stride(from: Int64(0), through: 60_000, by: 500) { sent += outbox.overdue(now: now) }
    #expect(Array(sent.map(\.eventID).prefix(5)) == ["e-1", "e-1", "e-1", "e-1", "e-2"])
    #expect(sent.last?.twins == ["x": twin("2"), "y": twin("1", written: 5)])
    #expect(outbox.abandoned == 1)
  }

  @Test("Closed, nothing is sent again; opened, what was on its way goes first, the same")
  func reopening() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    let first = outbox.add(["x": twin("1")], of: a, now: 0)
    _ = outbox.add(["x": twin("2")], of: a, now: 0)
    outbox.close()
    #expect(outbox.overdue(now: 100_000) == [])
    #expect(outbox.add(["x": twin("3")], of: b, now: 100_000) == [])
    let sent = outbox.open(now: 100_000)
    #expect(sent == first + [.init(device: b, eventID: "e-2", twins: ["x": twin("3")])])
    #expect(outbox.overdue(now: 100_999) == [])
    #expect(outbox.overdue(now: 101_000).count == 2, "the wait begins anew")
    outbox.close()
    #expect(outbox.answered(eventID: "e-1", of: a, now: 0) == .settled(next: []), "a late answer counts, but nothing is sent")
    #expect(outbox.open(now: 200_000).map(\.eventID) == ["e-2", "e-3"])
  }

  @Test("Only so many values are on their way; the other devices have their turn when answers come, or are overdue")
  func window() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    let report = Dictionary(uniqueKeysWithValues: (0..<Outbox.window / 2).map { ("p\($0)", twin("1")) })
    let devices = (0..<5).map { DeviceID(name: "d\($0)") }
    var sent: [Outbox.Message] = []
    for device in devices { sent += outbox.add(report, of: device, now: 0) }
    #expect(sent.map(\.device) == Array(devices[..<2]))
    #expect(outbox.add(report, of: devices[0], now: 0) == [])
    guard case .settled(let next) = outbox.answered(eventID: "e-1", of: devices[0], now: 0) else {
      Issue.record("the answer belongs to an update")
      return
    }
    #expect(next.map(\.device) == [devices[2]], "who came first to wait, not who was answered")
    outbox.remove(devices[3])
    #expect(outbox.overdue(now: 1000).map(\.device) == [devices[1], devices[2], devices[4], devices[0]])
    #expect(outbox.inFlight == 4)
  }

  @Test("A device with more values than may be on their way isn't kept back")
  func largeDevice() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    let report = Dictionary(uniqueKeysWithValues: (0...Outbox.window).map { ("p\($0)", twin("1")) })
    #expect(outbox.add(report, of: a, now: 0).count == 1)
    #expect(outbox.add(["x": twin("1")], of: b, now: 0) == [])
    #expect(outbox.answered(eventID: "e-1", of: a, now: 0) != .unknown)
    #expect(outbox.inFlight == 1)
  }

  @Test("A device that goes is forgotten")
  func removal() {
    var outbox = outbox()
    _ = outbox.open(now: 0)
    _ = outbox.add(["x": twin("1")], of: a, now: 0)
    outbox.remove(a)
    #expect(outbox.overdue(now: 100_000) == [])
    #expect(outbox.answered(eventID: "e-1", of: a, now: 0) == .unknown)
    #expect(outbox.inFlight == 0)
  }

  @Test("Whatever happens, a device has one update on its way at most and its updates are settled in order")
  func anySequence() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var outbox = outbox()
      var wire: [Outbox.Message] = []
      var settled: [String: [Int]] = [:]
      var counter = 0
      var now: Int64 = 0
      for _ in 0..<200 {
        now += Int64.random(in: 0...700, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: wire += outbox.open(now: now)
        case 1: outbox.close()
        case 2: wire += outbox.overdue(now: now)
        case 3...5:
          guard let message = wire.randomElement(using: &generator) else { continue }
          if case .settled(let next) = outbox.answered(eventID: message.eventID, of: message.device, now: now) {
            settled["\(message.device)", default: []].append(Int(message.twins["x"]?.actual?.value ?? "") ?? -1)
            wire += next
          }
        default:
          counter += 1
          wire += outbox.add(["x": twin("\(counter)")], of: Bool.random() ? a : b, now: now)
        }
        #expect(outbox.inFlight <= 2)
        #expect(outbox.waiting <= 2)
      }
      for values in settled.values { #expect(values == values.sorted()) }
    }
  }
}
