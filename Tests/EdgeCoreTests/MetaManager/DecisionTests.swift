import EdgeCore
import JSON
import Testing
import TwinProtocol

@Suite("Decisions of MetaManager and EventBus")
struct DecisionTests {
  @Test("A status makes a revision at most once a second, urgent ones at once")
  func revisionLimiter() {
    let pump = DeviceID(name: "pump")
    var limiter = RevisionLimiter()
    func changed(isUrgent: Bool = false, at now: Int64) -> Bool { limiter.changed(pump, isUrgent: isUrgent, now: now) }
    func due(at now: Int64) -> [DeviceID] { limiter.due(now: now) }
    #expect(changed(at: 10_000))
    #expect(!changed(at: 10_999))
    #expect(limiter.isWaiting)
    #expect(due(at: 10_999) == [])
    #expect(due(at: 11_000) == [pump])
    #expect(!limiter.isWaiting)
    #expect(changed(isUrgent: true, at: 11_001))
    #expect(!changed(at: 11_002))
    #expect(due(at: 12_000) == [])
    #expect(due(at: 12_001) == [pump])
    #expect(!changed(at: 12_002))
    limiter.removed(pump)
    #expect(!limiter.isWaiting)
  }

  @Test("Our broker is started again soon at first, then less and less often")
  func brokerSupervision() {
    var supervision = BrokerSupervision()
    let waits = (0..<8).map { _ in supervision.ended(afterRunning: 10) }
    #expect(waits == [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000])
    let settled = supervision.ended(afterRunning: 60_000)
    #expect(settled == 200)
  }

  @Test(
    "A label selector means what it does in Kubernetes",
    arguments: [
      ("", true), ("zone=a", true), ("zone==a", true), ("zone=b", false), ("zone!=b", true), ("zone in (a,b)", true),
      ("zone in (b)", false),
      ("zone notin (b)", true), ("zone", true), ("!zone", false), ("other", false), ("!other", true), ("other!=x", true),
      ("zone=a,other", false), ("zone in (a, b),tier=one", true), ("zone in ()", false), ("count>3", true), ("count<3", false),
      ("zone>3", false), ("other=", false), (" zone = a ", true),
    ])
  func labelSelector(text: String, matches: Bool) throws {
    #expect(try LabelSelector(text).matches(["zone": "a", "tier": "one", "count": "5"]) == matches)
  }

  @Test(
    "A label selector that can't be read is refused",
    arguments: ["zone in", "zone in (", "=a", "a b", "zone within (a)", "a==b==c", "-a=b", "a=b!c", "zone=a,", "a>b"])
  func malformedSelector(text: String) {
    #expect(throws: MalformedSelector.self) { () throws in try LabelSelector(text) }
  }

  @Test(
    "Times are written as Kubernetes does",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_827_696_789, "2000-02-29T12:34:56Z"), (1_795_411_140_000, "2026-11-23T05:19:00Z"),
      (-1, "1969-12-31T23:59:59Z"), (4_102_444_800_000, "2100-01-01T00:00:00Z"),
    ] as [(Int64, String)])
  func timestamp(milliseconds: Int64, text: String) {
    #expect(Timestamp.rfc3339(milliseconds) == text)
  }

  @Test(
    "Ages are written as kubectl does",
    arguments: [
      (5_000, "5s"), (119_000, "119s"), (120_000, "2m"), (150_000, "2m30s"), (3_600_000, "60m"), (10_800_000, "3h"), (12_600_000, "3h30m"),
      (172_800_000, "2d"), (-5, "0s"),
    ] as [(Int64, String)])
  func age(milliseconds: Int64, text: String) {
    #expect(TableView.age(milliseconds) == text)
  }

  @Test("Twins survive being stored", arguments: [true, false])
  func storage(isFull: Bool) throws {
    var twin = DeviceTwinState()
    if isFull {
      var property = TwinProperty(type: "float", optional: false, isDeclared: true, minimum: "1", maximum: "2", isWritable: false)
      property.expected = TwinValue("1.5", timestamp: 7)
      property.expectedMetadata = ["type": "float"]
      property.actual = TwinValue("1.4", timestamp: 9, quality: "bad", reason: "timeout")
      property.written = WrittenMark(timestamp: 7, error: "no")
      property.expectedVersion = TwinVersion(cloud: 7, edge: 3)
      property.actualVersion = TwinVersion(edge: 4)
      twin.properties = ["p": property]
      twin.state = "online"
      twin.lastOnline = 11
      twin.modelName = "m"
      twin.isModelFound = true
      twin.protocolName = "modbus"
      _ = twin.refreshConditions(now: 12)
      _ = twin.apply(
        TwinUpdate(envelope: Envelope(eventID: "e", timestamp: 0), twins: ["q": Twin(actual: TwinValue("1"))]), digest: .max, now: 13,
        deltaID: "d")
    }
    #expect(DeviceTwinState(stored: try JSONValue(parsing: twin.stored)) == twin)
  }
}
