import MapperRuntime
import MapperSDK
import Testing

@Suite("Events on their way")
struct EventLedgerTests {
  private static func event(_ device: String = "d", _ message: String = "m", reason: String = "Stuck") -> DeviceEvent {
    DeviceEvent(device: DeviceName(namespace: "default", name: device), severity: .warning, reason: reason, message: message)
  }

  private static func limits(burst: Int = 20, perDevice: Int = 20, waiting: Int = 500, remembered: Int = 1_000) -> EventLedger.Limits {
    var limits = EventLedger.Limits()
    limits.burst = burst
    limits.interval = 1_000
    limits.waitingPerDevice = perDevice
    limits.waiting = waiting
    limits.remembered = remembered
    return limits
  }

  private static func next(_ ledger: inout EventLedger, at uptime: Int64) throws -> EventLedger.Delivery {
    let delivery = ledger.next(uptime: uptime)
    return try #require(delivery)
  }

  @Test("The same again raises the count of the object that told it")
  func count() throws {
    var ledger = EventLedger()
    ledger.post(Self.event(), now: 1)
    ledger.post(Self.event(), now: 2)
    let first = try Self.next(&ledger, at: 0)
    #expect(first.name == nil)
    #expect((first.count, first.first, first.last) == (2, 1, 2))
    let next1 = ledger.next(uptime: 0)
    #expect(next1 == nil)
    ledger.settle(first, .told(name: "d.1"))
    ledger.post(Self.event(), now: 5)
    let second = try Self.next(&ledger, at: 0)
    #expect(second.name == "d.1")
    #expect((second.count, second.first, second.last) == (3, 1, 5))
  }

  @Test("What happens again while it is being told is told after")
  func meanwhile() throws {
    var ledger = EventLedger()
    ledger.post(Self.event(), now: 1)
    let first = try Self.next(&ledger, at: 0)
    ledger.post(Self.event(), now: 2)
    let next2 = ledger.next(uptime: 0)
    #expect(next2 == nil)
    ledger.settle(first, .told(name: "d.1"))
    let next3 = ledger.next(uptime: 0)
    #expect(next3?.count == 2)
  }

  @Test("A device tells so many at once and then one an interval; others don't wait for it")
  func rate() throws {
    var ledger = EventLedger(limits: Self.limits(burst: 2))
    for message in ["a", "b", "c"] { ledger.post(Self.event("noisy", message), now: 1) }
    ledger.post(Self.event("other"), now: 1)
    for expected in ["a", "b", "m"] {
      let delivery = try Self.next(&ledger, at: 100)
      #expect(delivery.event.message == expected)
      ledger.settle(delivery, .told(name: expected))
    }
    let next4 = ledger.next(uptime: 100)
    #expect(next4 == nil)
    #expect(ledger.nextTime(uptime: 100) == 1_100)
    let next5 = ledger.next(uptime: 1_099)
    #expect(next5 == nil)
    let next6 = ledger.next(uptime: 1_100)
    #expect(next6?.event.message == "c")
    #expect(ledger.nextTime(uptime: 1_100) == nil)
  }

  @Test("Too many that wait are left out and counted, of one device and altogether")
  func bounds() {
    var ledger = EventLedger(limits: Self.limits(perDevice: 3, waiting: 5))
    for number in 0..<10 { ledger.post(Self.event("noisy", "\(number)"), now: 1) }
    #expect(ledger.waiting == 3)
    #expect(ledger.dropped == 7)
    let isTaken = ledger.post(Self.event("noisy", "0"), now: 2)
    #expect(isTaken, "one that waits already needs no room")
    for number in 0..<10 { ledger.post(Self.event("d\(number)"), now: 1) }
    #expect(ledger.waiting == 5)
    #expect(ledger.dropped == 15)
  }

  @Test("What isn't taken now stays, before what came after it, and costs no token")
  func notNow() throws {
    var ledger = EventLedger(limits: Self.limits(burst: 1))
    ledger.post(Self.event(), now: 1)
    for _ in 0..<5 {
      let delivery = try Self.next(&ledger, at: 0)
      ledger.settle(delivery, .notNow)
    }
    ledger.post(Self.event("e"), now: 2)
    let next7 = ledger.next(uptime: 0)
    #expect(next7?.event.device.name == "d")
  }

  @Test("When the object that told it is gone, it is told in a new one; what is refused is forgotten")
  func goneAndRefused() throws {
    var ledger = EventLedger()
    ledger.post(Self.event(), now: 1)
    ledger.settle(try Self.next(&ledger, at: 0), .told(name: "d.1"))
    ledger.post(Self.event(), now: 2)
    ledger.settle(try Self.next(&ledger, at: 0), .objectGone)
    let again = try Self.next(&ledger, at: 0)
    #expect(again.name == nil)
    #expect(again.count == 2)
    ledger.settle(again, .refused)
    #expect(ledger.waiting == 0)
    #expect(ledger.refused == 1)
  }

  @Test("What is remembered is bounded")
  func memory() throws {
    var ledger = EventLedger(limits: Self.limits(burst: 1_000, remembered: 10))
    for number in 0..<100 {
      ledger.post(Self.event("d", "\(number)"), now: Int64(number))
      ledger.settle(try Self.next(&ledger, at: 0), .told(name: "\(number)"))
    }
    ledger.post(Self.event("d", "0"), now: 200)
    let next8 = ledger.next(uptime: 0)
    #expect(next8?.name == nil, "the first is forgotten and told anew")
    ledger.post(Self.event("d", "99"), now: 200)
    let next9 = ledger.next(uptime: 0)
    #expect(next9?.name == "99")
  }

  @Test("A long message is cut between characters")
  func long() {
    let event = Self.event("d", String(repeating: "é", count: 600))
    #expect(event.message.utf8.count <= 1_024)
    #expect(event.message.hasSuffix("é…"))
    #expect(Self.event("d", String(repeating: "x", count: 1_024)).message.count == 1_024)
  }
}
