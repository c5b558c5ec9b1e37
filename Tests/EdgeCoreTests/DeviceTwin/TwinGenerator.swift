import EdgeCore
import TestSupport
import TwinProtocol

/// Makes twins and what happens to them.
enum TwinGenerator {
  private static let names = ["temperature", "ratio", "enabled", "status", "added", "extra", "bad name"]
  private static let values = ["70", "70.0", "-1", "0.5", "true", "false", "TRUE", "", "off", "heiß", "1e3", "9223372036854775807"]

  static func time(_ step: Int) -> Int64 { 1_795_411_140_000 + Int64(step) * 1_000 }

  static func twin(_ random: inout SplitMix) -> DeviceTwinState {
    var twin = DeviceTwinState()
    for (name, type) in [("temperature", "int"), ("ratio", "float"), ("enabled", "boolean"), ("status", "string")] {
      twin.properties[name] = TwinProperty(type: type, optional: Bool.random(using: &random))
    }
    _ = twin.refreshConditions(now: time(0))
    return twin
  }

  /// One thing that happens: an update at the edge or from the cloud, a state, attributes.
  static func step(_ twin: inout DeviceTwinState, step: Int, _ random: inout SplitMix) {
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<5: _ = twin.apply(update(step: step, &random), digest: UInt64(step), now: time(step), deltaID: "")
    case 5..<8: _ = twin.apply(cloud: cloudUpdate(of: twin, step: step, &random), now: time(step), deltaID: "")
    case 8:
      let state = ["online", "offline", "OK", "DISCONNECTED", "nonsense"].randomElement(using: &random) ?? ""
      _ = twin.apply(state: state, because: Bool.random(using: &random) ? "cable" : nil, now: time(step))
    default:
      let attributes = AttributesUpdate(
        envelope: Envelope(eventID: "", timestamp: 0),
        attributes: ["serial": Bool.random(using: &random) ? DeviceAttribute("S\(step)", optional: true) : nil])
      _ = twin.apply(attributes, isWhole: Bool.random(using: &random))
    }
  }

  /// An update from the edge, of which some properties may be wrong.
  static func update(step: Int, _ random: inout SplitMix) -> TwinUpdate {
    var twins: [String: Twin?] = [:]
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let name = names.randomElement(using: &random) ?? "status"
      twins[name] = Int.random(in: 0..<6, using: &random) == 0 ? .some(nil) : .some(change(&random))
    }
    return TwinUpdate(envelope: Envelope(eventID: "e\(step)", timestamp: 0), twins: twins)
  }

  private static func change(_ random: inout SplitMix) -> Twin {
    var twin = Twin()
    if Bool.random(using: &random) { twin.expected = TwinValue(values.randomElement(using: &random) ?? "") }
    if Bool.random(using: &random) { twin.actual = TwinValue(values.randomElement(using: &random) ?? "") }
    if Int.random(in: 0..<4, using: &random) == 0 { twin.optional = Bool.random(using: &random) }
    if Int.random(in: 0..<4, using: &random) == 0 { twin.type = ["int", "string", "float", "nonsense"].randomElement(using: &random) }
    return twin
  }

  /// An update from the cloud, which may know the latest versions or not.
  private static func cloudUpdate(of twin: DeviceTwinState, step: Int, _ random: inout SplitMix) -> TwinUpdate {
    let name = names.randomElement(using: &random) ?? "status"
    var change = change(&random)
    change.actual = nil
    if Int.random(in: 0..<5, using: &random) == 0 { change.type = "deleted" }
    let known = twin.versions[name]?.expected ?? TwinVersion()
    if Int.random(in: 0..<8, using: &random) > 0 {
      change.expectedVersion = TwinVersion(
        cloud: max(0, known.cloud + Int64.random(in: -2...5, using: &random)),
        edge: max(0, known.edge + Int64.random(in: -1...1, using: &random)))
    }
    return TwinUpdate(envelope: Envelope(eventID: "c\(step)", timestamp: 0), twins: [name: change])
  }
}
