import Synchronization
import Testing

@testable import GPIODriver

@Suite("The calendar of edges")
struct EdgeCalendarTests {
  @Test("keeps their order though clocks can't be read at once, and follows a time of day that was set")
  func order() {
    final class Ahead: Sendable { let value = Mutex<Int64>(ms(5000)) }
    let ahead = Ahead()
    var calendar = EdgeCalendar { ahead.value.withLock { $0 } }
    calendar.update()
    #expect(calendar.timeOfDay(ms(100)) == 5100)
    ahead.value.withLock { $0 -= ms(3) }
    calendar.update()
    #expect(calendar.timeOfDay(ms(101)) == 5101)
    ahead.value.withLock { $0 += ms(3_600_000) }
    calendar.update()
    #expect(calendar.timeOfDay(ms(102)) == 3_605_099)
  }

  @Test("has the time of day")
  func now() {
    var calendar = EdgeCalendar()
    calendar.update()
    #expect(calendar.timeOfDay(Monotonic.now()) > 1_700_000_000_000)
  }
}
