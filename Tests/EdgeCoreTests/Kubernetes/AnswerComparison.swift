import JSON
import YAML

/// In what an answer is another than the one recorded, a line for each difference.
struct AnswerComparison {
  private(set) var differences: [String] = []
  private let allowsBookmarks: Bool
  private let isUnordered: Bool
  private let hasLeft: Bool

  init(_ answer: KubernetesReplay.Answer, to vector: JSONValue) {
    isUnordered = vector["unordered"] == true
    hasLeft = vector["path"]?.string?.contains("timeoutSeconds=") == false
    allowsBookmarks = vector["path"]?.string?.contains("allowWatchBookmarks=true") == true
    let expected = vector["expect"] ?? [:]
    guard let head = answer.head else {
      if expected["closed"] != true { add("closed without an answer") }
      return
    }
    if let status = expected["status"]?.integer, status != head.status { add("status \(head.status)") }
    if expected["closed"] == true { add("status \(head.status)") }
    compareHeaders(expected, head)
    let json = body(of: answer, head)
    if let events = expected["events"]?.array {
      compareEvents(events, answer.events, json)
    } else if let text = expected["text"]?.string {
      let ours = String(decoding: answer.body, as: UTF8.self)
      if text != ours { add("text \(ours.prefix(60).debugDescription)") }
    } else if let reason = expected["reason"]?.string {
      compareStatus(expected, reason, json ?? .null)
    } else if let object = expected["object"] {
      if json?["kind"] == "Status", object["kind"] != "Status" {
        compareStatus([:], "", json ?? .null)
      } else if let json {
        compare(object, json, "object")
      } else {
        add("object \(String(decoding: answer.body.prefix(60), as: UTF8.self).debugDescription)")
      }
    } else if let json, json["kind"] == "Status", json["status"] == "Failure" {
      compareStatus([:], "", json)
    }
    if let revision = expected["rv"]?.string, (200..<300).contains(head.status), revision != answer.revision {
      add("rv \(answer.revision ?? "none")")
    }
  }

  private mutating func add(_ difference: String) { differences.append(Self.general(difference)) }

  /// A text with what is another each time taken out.
  private static func general(_ text: String) -> String {
    text.replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#, with: "<uid>")
      .replacing(#/\.cells\[\d+s\]/#, with: ".cells[<age>]")
      .replacing(#/\bgen-[a-z0-9]{5}\b/#, with: "gen-<rand>")
      .replacing(#/"\d{4}-\d\d-\d\dT[0-9:.]+Z"/#, with: "\"<time>\"")
      .replacing(#/"resourceVersion":"\d+"/#, with: "\"resourceVersion\":\"<rv>\"")
      .replacing(#/\b1\d{12}\b/#, with: "<ms>").replacing(#/\(\d+\)/#, with: "(<rv>)")
      .replacing(#/(\.continue: )"[^"]+"/#) { "\($0.1)\"<continue>\"" }
  }

  private func body(of answer: KubernetesReplay.Answer, _ head: RawExchange.Head) -> JSONValue? {
    if head["Content-Type"]?.contains("yaml") == true {
      return try? YAMLDocument.parseAll(answer.body, file: "answer").first?.value
    }
    return try? JSONValue(parsing: answer.body)
  }

  private mutating func compareHeaders(_ expected: JSONValue, _ head: RawExchange.Head) {
    let headers = expected["headers"]?.object ?? [:]
    let type = headers["Content-Type"]?.string ?? "application/json"
    if head["Content-Type"] != type { add("header Content-Type: \(head["Content-Type"] ?? "none")") }
    for name in ["Warning", "Retry-After", "Content-Encoding"] {
      let values = head.headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
      if values != (headers[name]?.string.map { [$0] } ?? []) {
        add("header \(name): \(values.isEmpty ? "none" : values.joined(separator: "; "))")
      }
    }
  }

  // MARK: Refusals

  private mutating func compareStatus(_ expected: JSONValue, _ reason: String, _ ours: JSONValue) {
    let theirs = Set((expected["causes"]?.array ?? []).map { "\($0[0]?.string ?? "") \($0[1]?.string ?? "")" }).sorted()
    let causes = Set(
      (ours.at("details", "causes")?.array ?? []).map { "\($0["reason"]?.string ?? "") \($0["field"]?.string ?? "")" }
    ).sorted()
    if theirs != causes { add("causes \(causes.joined(separator: ", "))") }
    let oursReason = ours["reason"]?.string ?? ""
    guard oursReason == reason else { return add("reason \(oursReason.isEmpty ? "none" : oursReason)") }
    if let message = expected["message"]?.string, !Self.matches(message, ours["message"]?.string ?? "") {
      add("message \((ours["message"]?.string ?? "none").prefix(300))")
    }
    var details = ours["details"] ?? [:]
    details["causes"] = nil
    compare(expected["details"] ?? [:], details, "details")
    compare(expected["metadata"] ?? [:], ours["metadata"] ?? [:], "metadata")
  }

  // MARK: Watches

  private mutating func compareEvents(_ expected: [JSONValue], _ answered: [JSONValue]?, _ json: JSONValue?) {
    guard let answered else { return compareStatus([:], "", json ?? .null) }
    func sorted(_ events: [JSONValue]) -> [JSONValue] {
      let events = events.filter { $0["type"] != "BOOKMARK" || !allowsBookmarks }
      guard isUnordered else { return events }
      // The columns are the first event's, whichever object that is about.
      let columns = events.first?.at("object", "columnDefinitions")
      var sorted = events.sorted { Self.name($0["object"] ?? .null) < Self.name($1["object"] ?? .null) }
      for index in sorted.indices where columns != nil { sorted[index]["object"]?["columnDefinitions"] = index == 0 ? columns : .null }
      return sorted
    }
    let theirs = sorted(expected)
    // Who left early saw no more.
    let ours = sorted(hasLeft ? Array(answered.prefix(expected.count)) : answered)
    if let bookmark = expected.first(where: { $0["type"] == "BOOKMARK" }) {
      let mine = answered.filter { $0["type"] == "BOOKMARK" }
      if mine.isEmpty { add("events without BOOKMARK") }
      for mark in mine { compare(bookmark["object"] ?? .null, mark["object"] ?? .null, "bookmark") }
    }
    let types = ours.map { $0["type"]?.string ?? "" }
    guard types == theirs.map({ $0["type"]?.string ?? "" }) else { return add("events \(types.joined(separator: " "))") }
    for (index, pair) in zip(theirs, ours).enumerated() {
      if let error = pair.0["error"] {
        compareStatus(error, error["reason"]?.string ?? "", pair.1["object"] ?? .null)
      } else {
        compare(pair.0["object"] ?? .null, pair.1["object"] ?? .null, "events[\(index)]")
      }
    }
    let versions = answered.compactMap { ($0.at("object", "metadata", "resourceVersion")?.string).flatMap { Int64($0) } }
    if !isUnordered, types.first != "ADDED", versions != versions.sorted() { add("events out of order") }
  }

  // MARK: Objects

  private mutating func compare(_ expected: JSONValue, _ ours: JSONValue, _ path: String) {
    switch (expected, ours) {
    case (.object(let theirs), .object(let mine)):
      for key in Set(theirs.keys).union(mine.keys).sorted() {
        // What a column holds is told in our own words.
        if key == "description", path.contains(".columnDefinitions[") { continue }
        let place = key.contains(".") ? "\(path)[\(key)]" : "\(path).\(key)"
        switch (theirs[key], mine[key]) {
        case (let value?, let other?): compare(value, other, place)
        case (_?, nil): add("\(place): missing")
        case (nil, let other?): add("\(place): \(Self.short(other))")
        case (nil, nil): break
        }
      }
    case (.array(let theirs), .array(let mine)): compareLists(theirs, mine, path)
    case (.string(let text), .string(let other)):
      if !Self.matches(text, other) { add("\(path): \(Self.short(ours))") }
    // Of some lists only how many it has was kept.
    case (.number(let count), .array(let mine)) where path == "object.items":
      if count.int64 != Int64(mine.count) { add("\(path): \(mine.count) elements") }
    // Of others only the names.
    case (.string(let name), .object) where path.contains(".items["):
      if ours.at("metadata", "name")?.string != name { add("\(path): \(Self.short(ours.at("metadata", "name") ?? .null))") }
    case (.string("<any>"), _): break
    default:
      if expected != ours { add("\(path): \(Self.short(ours))") }
    }
  }

  private mutating func compareLists(_ theirs: [JSONValue], _ mine: [JSONValue], _ path: String) {
    if path.hasSuffix("verbs") {
      let missing = Set(theirs).subtracting(mine)
      let more = Set(mine).subtracting(theirs)
      if !missing.isEmpty || !more.isEmpty { add("\(path): \(Self.short(.array(mine)))") }
      return
    }
    let names = theirs.map(Self.name) + mine.map(Self.name)
    guard path.hasSuffix("managedFields") || (isUnordered || theirs.count != mine.count) && !names.contains("") else {
      for (index, pair) in zip(theirs, mine).enumerated() { compare(pair.0, pair.1, "\(path)[\(index)]") }
      if theirs.count != mine.count { add("\(path): \(mine.count) elements") }
      return
    }
    var rest = mine
    for element in theirs {
      let name = Self.name(element)
      let isShort = element.string != nil || element["object"]?.isNull == true
      if let index = rest.firstIndex(where: { Self.name($0) == name || isShort && Self.name($0).hasSuffix("/\(name)") }) {
        compare(element, rest.remove(at: index), "\(path)[\(name)]")
      } else {
        add("\(path)[\(name)]: missing")
      }
    }
    for element in rest { add("\(path)[\(Self.name(element))]: more") }
  }

  /// What an element of a list is known by; empty if nothing.
  private static func name(_ element: JSONValue) -> String {
    if let manager = element["manager"]?.string {
      return [manager, element["operation"]?.string ?? "", element["apiVersion"]?.string ?? ""].joined(separator: " ")
    }
    if let metadata = element["metadata"], let name = metadata["name"]?.string {
      return metadata["namespace"]?.string.map { "\($0)/\(name)" } ?? name
    }
    if let row = element["object"], !row.isNull { return name(row) }
    if let row = element["rows"]?[0] { return name(row) }
    return element["name"]?.string ?? element["cells"]?[0]?.string ?? element.string ?? ""
  }

  private static func short(_ value: JSONValue) -> String {
    let text = general(value.text)
    return text.count > 120 ? "\(text.prefix(119))…" : text
  }

  /// Whether a text is as recorded, where `<…>` stands for what is another each time.
  private static func matches(_ expected: String, _ ours: String) -> Bool {
    if expected == ours { return true }
    switch expected {
    case "<rv>": return ours.allSatisfy(\.isNumber) && !ours.isEmpty
    case "<time>": return ours.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#) != nil
    case "<63 characters>": return ours.count == 63
    case "<age>", "<any>": return true
    default: break
    }
    let pieces = expected.split(separator: #/<[a-z]+>/#, omittingEmptySubsequences: false)
    guard pieces.count > 1, var rest = Optional(ours[...]), let first = pieces.first, rest.hasPrefix(first) else { return false }
    rest = rest.dropFirst(first.count)
    for piece in pieces.dropFirst() {
      if piece.isEmpty { continue }
      guard let range = rest.firstRange(of: piece) else { return false }
      rest = rest[range.upperBound...]
    }
    return pieces.last?.isEmpty == true ? !rest.isEmpty || pieces.count > 2 : rest.isEmpty
  }
}
