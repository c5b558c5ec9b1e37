import EdgeCore
import TestSupport
import Testing
import TwinProtocol

/// A cloud that wishes, an edge that wishes too, and a line on which messages wait, each way in its order.
@Suite("Cloud and edge")
struct ConvergenceTests {
  /// CloudCore as far as one property goes: it sends what is wished with the versions it has seen, and once more when the edge
  /// says that it knew better.
  private struct Cloud {
    var desired = ""
    var version = TwinVersion(cloud: 100)
    /// Whether the last wish may not have been seen by the edge.
    var isWaiting = false

    mutating func wish(_ value: String) -> TwinUpdate {
      desired = value
      isWaiting = true
      return send()
    }

    mutating func send() -> TwinUpdate {
      version.cloud += 1
      var twin = Twin(expected: TwinValue(desired), optional: false, type: "string")
      twin.expectedVersion = version
      return TwinUpdate(envelope: Envelope(eventID: "c", timestamp: 0), twins: ["status": twin])
    }

    /// - Returns: The wish again, when the edge had changed the value before it saw it.
    mutating func take(_ sync: [String: Twin]) -> TwinUpdate? {
      guard let twin = sync["status"], let seen = twin.expectedVersion else { return nil }
      guard seen.edge > version.edge else { return nil }
      version.edge = seen.edge
      if isWaiting, seen.cloud < version.cloud { return send() }
      desired = twin.expected?.value ?? desired
      return nil
    }
  }

  @Test("They end with the same desired value, however their messages cross", arguments: 0..<300 as Range<UInt64>)
  func converges(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var twin = DeviceTwinState()
    twin.properties["status"] = TwinProperty(type: "string", optional: false)
    var cloud = Cloud()
    var down: [TwinUpdate] = []
    var up: [[String: Twin]] = []
    var wishesLeft = 12
    var steps = 0
    while wishesLeft > 0 || !down.isEmpty || !up.isEmpty {
      steps += 1
      guard steps < 10_000 else {
        Issue.record("seed \(seed): they never come to rest")
        return
      }
      let now = TwinGenerator.time(steps)
      switch Int.random(in: 0..<4, using: &random) {
      case 0 where wishesLeft > 0:
        wishesLeft -= 1
        down.append(cloud.wish("cloud \(wishesLeft)"))
      case 1 where wishesLeft > 0:
        wishesLeft -= 1
        let update = TwinUpdate(
          envelope: Envelope(eventID: "e\(wishesLeft)", timestamp: 0), twins: ["status": Twin(expected: TwinValue("edge \(wishesLeft)"))])
        let outcome = twin.apply(update, digest: UInt64(steps), now: now, deltaID: "")
        up.append(twin.cloudSync(of: outcome.result.twins))
      case 2 where !down.isEmpty:
        let outcome = twin.apply(cloud: down.removeFirst(), now: now, deltaID: "")
        if !outcome.sync.isEmpty { up.append(outcome.sync) }
      case 3 where !up.isEmpty:
        if let again = cloud.take(up.removeFirst()) { down.append(again) }
      default: break
      }
    }
    #expect(twin.properties["status"]?.expected?.value == cloud.desired, "seed \(seed)")
  }

  @Test("What the cloud sends again unchanged is no new wish")
  func sameWish() {
    var twin = DeviceTwinState()
    twin.properties["status"] = TwinProperty(type: "string", optional: false)
    var cloud = Cloud()
    _ = twin.apply(cloud: cloud.wish("on"), now: 1_000, deltaID: "")
    let wished = twin.properties["status"]?.expected
    _ = twin.apply(cloud: cloud.send(), now: 2_000, deltaID: "")
    #expect(twin.properties["status"]?.expected == wished && wished?.timestamp == 1_000)
    #expect(twin.properties["status"]?.expectedVersion == TwinVersion(cloud: 102, edge: 0))
    _ = twin.apply(cloud: cloud.wish("off"), now: 3_000, deltaID: "")
    #expect(twin.properties["status"]?.expected == TwinValue("off", timestamp: 3_000))
  }

  @Test("What is reported is the device's, whatever the cloud says of it")
  func reported() {
    var twin = DeviceTwinState()
    var property = TwinProperty(type: "string", optional: false)
    property.actual = TwinValue("warm", timestamp: 1)
    twin.properties["status"] = property
    var change = Twin(actual: TwinValue("cold"))
    change.expectedVersion = TwinVersion(cloud: 5)
    change.actualVersion = TwinVersion(cloud: 5, edge: 9)
    let update = TwinUpdate(envelope: Envelope(eventID: "c", timestamp: 0), twins: ["status": change])
    _ = twin.apply(cloud: update, now: 2, deltaID: "")
    #expect(twin.properties["status"]?.actual == TwinValue("warm", timestamp: 1))
    #expect(twin.properties["status"]?.actualVersion == TwinVersion())
  }
}
