import JSON
import MapperRuntime
import MapperSDK
import Testing
import TwinProtocol

@Suite("Reports")
struct ReportTests {
  private func report(_ type: ValueType = .double, limits: Limits = Limits(), _ policy: String? = nil) throws -> Report {
    var issues: [SchemaIssue] = []
    let policy = ReportPolicy(try policy.map { try JSONValue(parsing: $0) }, type: type, path: "report", issues: &issues)
    #expect(issues == [])
    return Report([(type, limits, policy)])
  }

  private func take(_ report: inout Report, _ reading: Reading, at uptime: Int64 = 0, tellsQuality: Bool = true) -> Twin? {
    report.take(reading, of: 0, now: 100, uptime: uptime, tellsQuality: tellsQuality)
  }

  private func failure(_ reason: String) -> Reading { .failure(ReadingError(.timeout, reason)) }

  @Test("A value is told with its text, type and time: the device's own, else that of the read")
  func good() throws {
    var double = try report()
    #expect(take(&double, .value(.double(70))) == Twin(actual: TwinValue("70", timestamp: 100), type: "double"))
    #expect(take(&double, .value(.int(3), time: 42)) == Twin(actual: TwinValue("3", timestamp: 42), type: "double"))
    var int = try report(.int)
    #expect(take(&int, .value(.double(3))) == Twin(actual: TwinValue("3", timestamp: 100), type: "int"))
    var boolean = try report(.boolean)
    #expect(take(&boolean, .value(.bool(true))) == Twin(actual: TwinValue("true", timestamp: 100), type: "boolean"))
    #expect(double.failures + int.failures + boolean.failures == 0)
  }

  @Test("A failed read repeats the last good value as bad, with its own time, once a reason")
  func bad() throws {
    var report = try report()
    #expect(take(&report, failure("no answer")) == nil, "there is no value yet")
    _ = take(&report, .value(.double(1), time: 42))
    let bad = Twin(actual: TwinValue("1", timestamp: 42, quality: "bad", reason: "no answer"), type: "double")
    #expect(take(&report, failure("no answer")) == bad)
    #expect(take(&report, failure("no answer")) == nil)
    #expect(take(&report, failure("another"))?.actual?.reason == "another")
    #expect(take(&report, .value(.double(2), time: 50)) == Twin(actual: TwinValue("2", timestamp: 50), type: "double"))
    #expect(take(&report, failure("no answer"))?.actual?.value == "2")
    #expect(report.repeatAll(tellsQuality: true) { _ in true } == [:])
    #expect(take(&report, failure("no answer"))?.actual?.quality == "bad")
    #expect(report.failures == 6)
  }

  @Test("To a core that is another one now, what isn't read again soon is told as it was told last, and again to the next one")
  func repeated() throws {
    var report = Report([ReportPolicy](repeating: ReportPolicy(), count: 4).map { (.int, Limits(), $0) })
    _ = report.take(.value(.int(1), time: 42), of: 0, now: 100, uptime: 0, tellsQuality: true)
    _ = report.take(.uncertain(.int(2), time: 43, reason: "edges were lost"), of: 1, now: 100, uptime: 0, tellsQuality: true)
    _ = report.take(.value(.int(3), time: 44), of: 2, now: 100, uptime: 0, tellsQuality: true)
    _ = report.take(failure("no answer"), of: 2, now: 100, uptime: 0, tellsQuality: true)
    report.learn("4", time: 45, of: 3)
    let told = [
      0: Twin(actual: TwinValue("1", timestamp: 42), type: "int"),
      1: Twin(actual: TwinValue("2", timestamp: 43, quality: "uncertain", reason: "edges were lost"), type: "int"),
      2: Twin(actual: TwinValue("3", timestamp: 44, quality: "bad", reason: "no answer"), type: "int"),
    ]
    for _ in 0..<2 { #expect(report.repeatAll(tellsQuality: true) { _ in false } == told) }
    #expect(report.repeatAll(tellsQuality: false) { _ in false } == told.filter { $0.key == 0 }, "an old value would look fresh")
    #expect(report.repeatAll(tellsQuality: true) { _ in true } == [:])
  }

  @Test("What edgecore has of before is bad when it can't be read now; what was read since is newer")
  func learned() throws {
    var report = try report()
    report.learn("21.5", time: 42, of: 0)
    #expect(take(&report, failure("no answer"))?.actual == TwinValue("21.5", timestamp: 42, quality: "bad", reason: "no answer"))
    _ = take(&report, .value(.double(3), time: 50))
    report.learn("21.5", time: 42, of: 0)
    #expect(take(&report, failure("no answer"))?.actual?.value == "3")
    var int = try self.report(.int)
    int.learn("warm", time: 42, of: 0)
    #expect(take(&int, failure("no answer")) == nil)
  }

  @Test("A value without text, of no use as the property's type, or outside its limits is a failed read")
  func useless() throws {
    var double = try report(limits: Limits(minimum: 0, maximum: 100, unit: "bar"))
    _ = take(&double, .value(.double(1), time: 42))
    #expect(take(&double, .value(.double(.nan)))?.actual?.quality == "bad")
    #expect(take(&double, .value(.string("x")))?.actual?.reason == "\"x\" is not a number")
    #expect(take(&double, .value(.double(101)))?.actual?.reason == "101 is above the maximum of 100 bar")
    var int = try report(.int)
    _ = take(&int, .value(.int(1)))
    #expect(take(&int, .value(.double(2.5)))?.actual?.reason == "2.5 is not an integer")
  }

  @Test("A core that knows no qualities is never told an old value")
  func noQualities() throws {
    var report = try report()
    _ = take(&report, .value(.double(1)))
    #expect(take(&report, failure("x"), tellsQuality: false) == nil)
    #expect(take(&report, failure("x"), tellsQuality: true) != nil)
  }

  @Test("On change: a value that stays is told again only after the heartbeat, and after it was bad")
  func onChange() throws {
    var report = try report(.double, #"{"when":"change","heartbeat":5000}"#)
    #expect(take(&report, .value(.double(1)), at: 0) != nil)
    #expect(take(&report, .value(.double(1)), at: 4999) == nil)
    #expect(take(&report, .value(.double(1)), at: 5000) != nil)
    #expect(take(&report, .value(.double(2)), at: 5001) != nil)
    #expect(take(&report, failure("x"), at: 5002) != nil)
    #expect(take(&report, .value(.double(2)), at: 5003)?.actual == TwinValue("2", timestamp: 100))
    #expect(take(&report, .value(.double(2)), at: 5004) == nil)
  }

  @Test("A deadband is measured from what was told last, so that a slow drift shows")
  func deadband() throws {
    var report = try report(.double, #"{"deadband":0.5,"heartbeat":0}"#)
    let told = [20.0, 20.3, 20.5, 20.6, 20.2, 20.0].map { take(&report, .value(.double($0)), at: 1_000_000)?.actual?.value }
    #expect(told == ["20", nil, nil, "20.6", nil, "20"])
  }

  @Test("A deadband in percent is of the value told last; around zero everything is news")
  func deadbandPercent() throws {
    var report = try report(.int, #"{"deadbandPercent":10}"#)
    let told = [100, 110, 111, 100, 99, 0, 1].map { take(&report, .value(.int($0)))?.actual?.value }
    #expect(told == ["100", nil, "111", nil, "99", "0", "1"])
  }

  @Test(
    "A policy that makes no sense is refused with its place",
    arguments: [
      (#"{"when":"sometimes"}"#, "report.when"), (#"{"deadband":-1}"#, "report.deadband"), (#"{"deadband":"x"}"#, "report.deadband"),
      (#"{"heartbeat":-1}"#, "report.heartbeat"), (#"7"#, "report"),
    ])
  func refused(text: String, path: String) throws {
    var issues: [SchemaIssue] = []
    _ = ReportPolicy(try JSONValue(parsing: text), type: .double, path: "report", issues: &issues)
    #expect(issues.filter(\.isError).map(\.path) == [path])
  }

  @Test("Text has no deadband, but may be told on change")
  func text() throws {
    var issues: [SchemaIssue] = []
    _ = ReportPolicy(try JSONValue(parsing: #"{"deadband":1}"#), type: .string, path: "report", issues: &issues)
    #expect(issues.map(\.path) == ["report.deadband"])
    var report = try report(.string, #"{"when":"change"}"#)
    #expect(take(&report, .value(.string("a"))) != nil)
    #expect(take(&report, .value(.string("a"))) == nil)
    #expect(take(&report, .value(.string("b"))) != nil)
  }
}
