internal import JSON
internal import MapperSDK

/// A plan for people and for programs.
struct PlanReport {
  let buses: [BusPlan]
  let problems: [SpecProblem]
  /// Takes what is secret out of a text: a driver names buses and units after what it is configured with.
  var mask: @Sendable (String) -> String = { $0 }

  /// Whether every file is right and every property is read as often as it should be.
  var isGood: Bool { problems.isEmpty && buses.allSatisfy(\.plan.isMet) }

  // MARK: For people

  var text: String { buses.map(text).joined(separator: "\n") }

  private func text(_ bus: BusPlan) -> String {
    let plan = bus.plan
    let counts = [
      Self.count(bus.units, "unit"), Self.properties(bus.properties.count), Self.count(plan.requests.count, "request"),
    ]
    var text = "\(mask(bus.bus.description)): \(counts.joined(separator: ", ")), load \(Self.decimal(plan.load * 100)) %\n"
    if plan.stretch > 1 {
      text += "This can't be met: all cycles would be stretched \(Self.decimal(plan.stretch, places: 2)) times.\n"
    } else if !plan.isMet {
      text += "This can't be met.\n"
    }
    guard !bus.properties.isEmpty else { return text + "Nothing on it is polled.\n" }
    var requests = TextTable("REQUEST", "CYCLE", "TAKES", "FOR")
    for request in bus.requests {
      requests.add(
        mask(Self.summary(request)), Self.cycles(bus.cycles(of: request)), "\(Self.decimal(Double(request.cost) / 1000)) ms",
        Self.served(bus.served(by: request)))
    }
    text += "\n\(requests.text(indent: "  "))"
    guard !plan.isMet else { return text }
    var shortfalls = TextTable("PROPERTY", "ASKED FOR EVERY", "READ EVERY")
    for alike in Self.grouped(plan.shortfalls, bus) {
      guard let first = alike.first else { continue }
      let others = alike.count == 1 ? "" : " and \(alike.count - 1) more"
      shortfalls.add("\(bus.properties[first.point].text)\(others)", "\(first.cycle) ms", "\(first.actual) ms")
    }
    return text + "\n\(shortfalls.text(indent: "  "))"
  }

  /// A device's properties that fare alike, together.
  private static func grouped(_ shortfalls: [PollPlan.Shortfall], _ bus: BusPlan) -> [[PollPlan.Shortfall]] {
    var groups: [[PollPlan.Shortfall]] = []
    for shortfall in shortfalls {
      let isAlike = groups.last?.last.map {
        ($0.cycle, $0.actual) == (shortfall.cycle, shortfall.actual)
          && bus.properties[$0.point].device == bus.properties[shortfall.point].device
      }
      if isAlike == true { groups[groups.count - 1].append(shortfall) } else { groups.append([shortfall]) }
    }
    return groups
  }

  /// Cycles that one request serves: a property with a slower one comes along when it is due.
  private static func cycles(_ cycles: [Int64]) -> String {
    guard cycles.count > 3, let first = cycles.first, let last = cycles.last else {
      return "\(cycles.map { "\($0)" }.joined(separator: ", ")) ms"
    }
    return "\(first) to \(last) ms"
  }

  /// Devices with their properties, the first ones by name.
  private static func served(_ served: [(device: DeviceName, properties: [String])]) -> String {
    let devices = served.prefix(2).map { "\($0.device): \(several($0.properties, showing: 3))" }
    let more = served.count - devices.count
    return devices.joined(separator: "; ") + (more > 0 ? "; and \(count(more, "more device"))" : "")
  }

  private static func several(_ names: [String], showing count: Int) -> String {
    // To name the last one takes no more room than to count it.
    guard names.count > count + 1 else { return names.joined(separator: ", ") }
    return "\(names.prefix(count).joined(separator: ", ")) and \(names.count - count) more"
  }

  private static func summary(_ request: PollPlan.Request) -> String {
    request.summary.isEmpty ? "\(request.unit): read \(properties(request.points.count))" : request.summary
  }

  private static func properties(_ count: Int) -> String { count == 1 ? "1 property" : "\(count) properties" }
  private static func count(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

  private static func decimal(_ number: Double, places: Int = 1) -> String {
    let factor = places == 1 ? 10.0 : 100.0
    return Value.double((number * factor).rounded() / factor).text ?? "?"
  }

  // MARK: For programs

  var json: JSONValue {
    ["buses": .array(buses.map(json)), "problems": .array(problems.map(json))]
  }

  private func json(_ bus: BusPlan) -> JSONValue {
    let plan = bus.plan
    return [
      "name": .string(mask(bus.bus.description)),
      "units": JSONValue(bus.units),
      "properties": JSONValue(bus.properties.count),
      "load": number(plan.load),
      "stretch": number(plan.stretch),
      "isMet": .bool(plan.isMet),
      "requests": .array(
        bus.requests.map { request in
          [
            "unit": .string(mask(request.unit.description)), "summary": .string(mask(Self.summary(request))),
            "cyclesMilliseconds": .array(bus.cycles(of: request).map { JSONValue($0) }),
            "everyMilliseconds": JSONValue(bus.interval(of: request)), "takesMicroseconds": JSONValue(request.cost),
            "properties": .array(request.points.map { .string(bus.properties[$0].text) }),
          ]
        }),
      "shortfalls": .array(
        plan.shortfalls.map { shortfall in
          [
            "property": .string(bus.properties[shortfall.point].text), "unit": .string(mask(shortfall.unit.description)),
            "askedForEveryMilliseconds": JSONValue(shortfall.cycle), "readEveryMilliseconds": JSONValue(shortfall.actual),
          ]
        }),
    ]
  }

  private func json(_ problem: SpecProblem) -> JSONValue {
    var object: JSONValue = ["file": .string(problem.file), "problem": .string(mask(problem.problem))]
    if let line = problem.line { object["line"] = JSONValue(line) }
    if let column = problem.column { object["column"] = JSONValue(column) }
    return object
  }

  private func number(_ value: Double) -> JSONValue { .init(floatLiteral: (value * 10_000).rounded() / 10_000) }
}
