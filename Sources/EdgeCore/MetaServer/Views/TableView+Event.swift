import JSON

extension TableView {
  static let eventColumns = [
    column("Last Seen", "When it happened last."),
    column("Type", "Normal, or Warning for what somebody should look at."),
    column("Reason", "Why it is told."),
    column("Object", "What it happened to."),
    column("Subobject", isWide: true, "The part of the object it happened to."),
    column("Source", isWide: true, "Who tells it."),
    column("Message", "What happened."),
    column("First Seen", isWide: true, "When it happened first."),
    column("Count", isWide: true, "How often it happened."),
    column("Name", format: "name", isWide: true, "The event's name."),
  ]

  static func eventCells(_ event: StoredObject, now: Int64) -> [JSONValue] {
    let content = event.content
    func age(_ times: JSONValue?...) -> JSONValue {
      let time = times.lazy.compactMap { $0?.string }.first.flatMap { Timestamp.milliseconds(rfc3339: $0) }
      return .string(time.map { Self.age(now - $0) } ?? "<unknown>")
    }
    let series = content["series"]
    let first = age(content["firstTimestamp"], content["eventTime"])
    let last = age(series?["lastObservedTime"], content["lastTimestamp"], content["firstTimestamp"], content["eventTime"])
    let source = [event.field("source"), content.at("source", "host")?.string ?? content["reportingInstance"]?.string ?? ""]
    return [
      last, content["type"] ?? "", content["reason"] ?? "",
      .string("\(event.field("involvedObject.kind").lowercased())/\(event.field("involvedObject.name"))"),
      .string(event.field("involvedObject.fieldPath")), .string(source.filter { !$0.isEmpty }.joined(separator: ", ")),
      .string(event.field("message").split(whereSeparator: \.isNewline).joined(separator: " ")), first,
      series?["count"] ?? content["count"] ?? 1, .string(event.key.name),
    ]
  }
}
