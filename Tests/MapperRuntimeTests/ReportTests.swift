import MapperRuntime
import MapperSDK
import Testing
import TwinProtocol

@Suite("Reports")
struct ReportTests {
  private func take(_ report: inout Report, _ reading: Reading, _ type: ValueType = .double, tellsQuality: Bool = true) -> Twin? {
    report.take(reading, of: "p", type: type, now: 100, tellsQuality: tellsQuality)
  }

  private func failure(_ reason: String) -> Reading { .failure(ReadingError(.timeout, reason)) }

  @Test("A value is told with its text, type and time: the device's own, else that of the read")
  func good() {
    var report = Report()
    #expect(take(&report, .value(.double(70))) == Twin(actual: TwinValue("70", timestamp: 100), type: "double"))
    #expect(take(&report, .value(.int(3), time: 42)) == Twin(actual: TwinValue("3", timestamp: 42), type: "double"))
    #expect(take(&report, .value(.double(3)), .int) == Twin(actual: TwinValue("3", timestamp: 100), type: "int"))
    #expect(take(&report, .value(.bool(true)), .boolean) == Twin(actual: TwinValue("true", timestamp: 100), type: "boolean"))
    #expect(report.failures == 0)
  }

  @Test("A failed read repeats the last good value as bad, with its own time, once a reason")
  func bad() {
    var report = Report()
    #expect(take(&report, failure("no answer")) == nil, "there is no value yet")
    _ = take(&report, .value(.double(1), time: 42))
    let bad = Twin(actual: TwinValue("1", timestamp: 42, quality: "bad", reason: "no answer"), type: "double")
    #expect(take(&report, failure("no answer")) == bad)
    #expect(take(&report, failure("no answer")) == nil)
    #expect(take(&report, failure("another"))?.actual?.reason == "another")
    #expect(take(&report, .value(.double(2), time: 50)) == Twin(actual: TwinValue("2", timestamp: 50), type: "double"))
    #expect(take(&report, failure("no answer"))?.actual?.value == "2")
    report.repeatFailures()
    #expect(take(&report, failure("no answer"))?.actual?.quality == "bad")
    #expect(report.failures == 6)
  }

  @Test("A value without text, or of no use as the property's type, is a failed read")
  func useless() {
    var report = Report()
    _ = take(&report, .value(.double(1), time: 42))
    #expect(take(&report, .value(.double(.nan)))?.actual?.quality == "bad")
    #expect(take(&report, .value(.string("x")))?.actual?.reason == "\"x\" is not a number")
    #expect(take(&report, .value(.double(2.5)), .int)?.actual?.reason == "2.5 is not an integer")
  }

  @Test("A core that knows no qualities is never told an old value")
  func noQualities() {
    var report = Report()
    _ = take(&report, .value(.double(1)))
    #expect(take(&report, failure("x"), tellsQuality: false) == nil)
    #expect(take(&report, failure("x"), tellsQuality: true) != nil)
  }

  @Test("A property that is gone is forgotten")
  func keep() {
    var report = Report()
    _ = take(&report, .value(.double(1)))
    report.keep(["q"])
    #expect(take(&report, failure("x")) == nil)
  }
}
