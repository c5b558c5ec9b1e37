import EdgeCore
import TestSupport
import Testing
import TwinProtocol

@Suite("The history of values")
struct TwinHistoryTests {
  private static func change(_ property: String, _ value: String, at time: Int64 = 1, quality: String? = nil, reason: String? = nil)
    -> ValueChange
  {
    ValueChange(property: property, side: .reported, value: TwinValue(value, timestamp: time, quality: quality, reason: reason))
  }

  @Test("What goes in comes out, in order, each device by itself")
  func roundTrip() {
    var history = TwinHistory()
    let (a, b) = (DeviceID(name: "a"), DeviceID(namespace: "b", name: "a"))
    let changes = [
      Self.change("t", "21.5", at: 1_795_411_140_123), Self.change("u", ""), Self.change("t", "heiß", quality: "bad", reason: "a timeout"),
      Self.change("t", String(repeating: "x", count: 65_536), quality: "uncertain"),
      ValueChange(property: "t", side: .desired, value: TwinValue("5", timestamp: -7)),
    ]
    for change in changes { history.record(change, of: a, uptime: 10) }
    history.record(changes[0], of: b, uptime: 10)
    #expect(history.changes(of: a, uptime: 20) == changes)
    #expect(history.changes(of: b, uptime: 20) == [changes[0]])
    #expect(history.changes(of: DeviceID(name: "c"), uptime: 20) == [])
    history.forget(a)
    #expect(history.changes(of: a, uptime: 20) == [] && history.changes(of: b, uptime: 20).count == 1)
    history.forget(b)
    #expect(history.bytes == 0)
  }

  @Test("A change is kept as long as asked for, and no longer")
  func retention() {
    var history = TwinHistory(retention: 1_000)
    let id = DeviceID(name: "a")
    for step in 0..<10 as Range<Int64> { history.record(Self.change("t", "\(step)"), of: id, uptime: step * 250) }
    #expect(history.changes(of: id, uptime: 2_250).map(\.value.value) == ["5", "6", "7", "8", "9"])
    #expect(history.changes(of: id, uptime: 3_250).map(\.value.value) == ["9"])
    #expect(history.changes(of: id, uptime: 3_251) == [])
    let before = history.bytes
    for step in 10..<1_000 as Range<Int64> { history.record(Self.change("t", "\(step)"), of: id, uptime: step * 250) }
    #expect(history.bytes < before + 1_024, "what is too old takes no memory")
  }

  @Test("It takes no more bytes than it may, and a busy device costs the quiet ones nothing")
  func limit() {
    var history = TwinHistory(maximumBytes: 64 << 10)
    for quiet in 0..<20 { history.record(Self.change("t", "\(quiet)"), of: DeviceID(name: "quiet-\(quiet)"), uptime: 1) }
    for step in 0..<50_000 {
      history.record(Self.change("t", "\(step)"), of: DeviceID(name: "busy"), uptime: 1)
      #expect(history.bytes <= 64 << 10)
    }
    for quiet in 0..<20 { #expect(history.changes(of: DeviceID(name: "quiet-\(quiet)"), uptime: 1).map(\.value.value) == ["\(quiet)"]) }
    let busy = history.changes(of: DeviceID(name: "busy"), uptime: 1).map(\.value.value)
    #expect(busy.count > 1_000 && busy == (50_000 - busy.count..<50_000).map(String.init), "the latest are kept, without gaps")
  }

  @Test("Many devices with many properties don't make it grow beyond that")
  func manyDevices() {
    var history = TwinHistory(maximumBytes: 64 << 10)
    for step in 0..<5_000 {
      let id = DeviceID(name: "device-\(step % 500)")
      history.record(Self.change("property-\(step / 500)", "\(step)"), of: id, uptime: 1)
      #expect(history.bytes <= 64 << 10)
    }
    #expect(history.changes(of: DeviceID(name: "device-499"), uptime: 1).last?.value.value == "4999")
  }

  @Test("However it is used, it is a suffix of what was told", arguments: 0..<50 as Range<UInt64>)
  func suffix(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var history = TwinHistory(retention: 500, maximumBytes: 4_000)
    var told: [DeviceID: [ValueChange]] = [:]
    for step in 0..<400 as Range<Int64> {
      let id = DeviceID(name: ["a", "b", "c"].randomElement(using: &random) ?? "a")
      let text = String(repeating: "v", count: Int.random(in: 0..<60, using: &random)) + "\(step)"
      let change = Self.change(["t", "u"].randomElement(using: &random) ?? "t", text, at: step)
      history.record(change, of: id, uptime: step)
      told[id, default: []].append(change)
      #expect(history.bytes <= 4_000, "seed \(seed)")
      let kept = history.changes(of: id, uptime: step)
      #expect(kept == told[id]?.suffix(kept.count).map { $0 }, "seed \(seed)")
    }
  }

  @Test("None is kept where none is asked for")
  func off() {
    for history in [TwinHistory(retention: 0), TwinHistory(maximumBytes: 0)] {
      var history = history
      history.record(Self.change("t", "1"), of: DeviceID(name: "a"), uptime: 0)
      #expect(history.changes(of: DeviceID(name: "a"), uptime: 0) == [] && history.bytes == 0)
    }
  }
}
