import MapperSDK
import Testing

@testable import GPIODriver

@Suite("Pulses")
struct PulseTests {
  @Test("are counted, and how often they come is taken from the last window")
  func meter() {
    var meter = PulseMeter(window: ms(1000))
    #expect(meter.frequency(now: 0) == 0)
    for number in 0...10 { meter.add(at: ms(Int64(number) * 100)) }
    #expect(meter.count == 11)
    #expect(meter.frequency(now: ms(1000)) == 10)
    #expect(meter.frequency(now: ms(1500)) == 10, "the five pulses of the last second")
    #expect(meter.frequency(now: ms(1950)) == 0, "one alone has no frequency")
    #expect(meter.frequency(now: ms(3000)) == 0)
    meter.set(-3)
    meter.add(at: ms(3000))
    #expect(meter.count == -2)
  }

  @Test("are kept in bounded memory, however many come")
  func many() {
    var meter = PulseMeter(window: ms(3_600_000))
    for number in 0..<200_000 { meter.add(at: Int64(number) * 1000) }
    #expect(meter.count == 200_000)
    #expect(meter.frequency(now: 200_000_000) == 1_000_000)
    var counter = PulseMeter(window: nil)
    counter.add(at: 1)
    counter.add(at: 2)
    #expect(counter.frequency(now: 3) == 0)
  }

  private func train(_ name: String, _ argument: String) throws -> PulseTrain {
    try PulseTrain(DeviceCommand(name: name, argument: argument), start: ms(100))
  }

  @Test("are on for as long as was asked, and off then")
  func pulse() throws {
    var pulse = try train("pulse", "500")
    #expect(pulse.level(now: ms(99)) == nil)
    #expect(pulse.level(now: ms(100)) == true)
    #expect(pulse.deadline == ms(600))
    #expect(pulse.level(now: ms(599)) == nil)
    #expect(!pulse.isOver)
    #expect(pulse.level(now: ms(601)) == false)
    #expect(pulse.isOver)
    #expect(pulse.level(now: ms(9999)) == nil)
  }

  @Test("come as often as was asked, each from when the last really ended")
  func blink() throws {
    var blink = try train("blink", "2 x 50")
    var now = ms(100)
    var levels: [Bool] = []
    while !blink.isOver {
      if let level = blink.level(now: now) { levels.append(level) }
      now = blink.deadline + 5
    }
    #expect(levels == [true, false, true, false])
    #expect(now == ms(300) + 20)
  }

  @Test(
    "refuse what they can't be",
    arguments: [
      ("pulse", ""), ("pulse", "0"), ("pulse", "60001"), ("pulse", "1.5"), ("pulse", "on"), ("pulse", "-1"), ("blink", "3"),
      ("blink", "0x5"),
      ("blink", "1001x5"), ("blink", "3x0"), ("blink", "3x60001"), ("blink", "3x5x2"), ("blink", "x"),
    ])
  func refusals(name: String, argument: String) {
    let error = #expect(throws: ReadingError.self) { try train(name, argument) }
    #expect(error?.code == .invalidValue)
    #expect(error?.reason.contains("\(name) takes ") ?? false)
    #expect(error?.reason.hasSuffix("not \"\(argument)\"") ?? false)
  }

  @Test("are the only commands")
  func unknown() {
    #expect(throws: ReadingError(.failed, "an output knows no command fade")) { try train("fade", "1") }
    #expect(GPIODriver.schema.commands.map(\.name) == ["pulse", "blink"])
  }
}
