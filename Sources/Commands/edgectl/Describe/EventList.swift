import JSON

/// The events of an object as `kubectl describe` shows them: the latest last, with how often and since when.
struct EventList {
  /// core/v1 Events.
  let events: [JSONValue]
  let now: WallTime

  func add(to text: inout DescriptionText) {
    let sorted = events.enumerated().sorted { left, right in
      let (first, second) = (last(left.element), last(right.element))
      return first == second ? left.offset < right.offset : first < second
    }
    text.table("Events", ["Type", "Reason", "Age", "From", "Message"], sorted.map { row($0.element) })
  }

  private func row(_ event: JSONValue) -> [(text: String, style: StyledLine.Style)] {
    let from = event.at("source", "component")?.string ?? event["reportingComponent"]?.string ?? ""
    return [
      (event["type"]?.string ?? "", event["type"] == "Normal" ? .plain : .yellow), (event["reason"]?.string ?? "", .plain),
      (age(event), .plain), (from, .plain), (event["message"]?.string ?? "", .plain),
    ]
  }

  private func last(_ event: JSONValue) -> Int64 {
    let texts = [event.at("series", "lastObservedTime"), event["lastTimestamp"], event["eventTime"], event["firstTimestamp"]]
    return texts.lazy.compactMap { $0?.string }.compactMap(unixSeconds(rfc3339:)).first ?? 0
  }

  private func age(_ event: JSONValue) -> String {
    func ago(_ seconds: Int64) -> String { ageText(seconds: now.milliseconds / 1000 - seconds) }
    let last = last(event)
    guard last > 0 else { return "<unknown>" }
    let count = event.at("series", "count")?.integer ?? event["count"]?.integer ?? 1
    guard count > 1, let first = (event["firstTimestamp"] ?? event["eventTime"])?.string.flatMap(unixSeconds(rfc3339:)) else {
      return ago(last)
    }
    return "\(ago(last)) (x\(count) over \(ago(first)))"
  }
}
