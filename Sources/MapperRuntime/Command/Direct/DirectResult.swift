internal import JSON
internal import MapperSDK

/// What came of a property.
struct DirectResult: Sendable, Hashable {
  var property: String
  var value: String?
  var unit: String?
  /// How old the value is by the device's own clock, in milliseconds; `nil` when it tells none.
  var age: Int64?
  /// Why there is no value, or not the one that was written.
  var problem: String?

  init(_ property: String, problem: String) {
    self.property = property
    self.problem = problem
  }

  /// A reading as a value of the property.
  init(_ reading: Reading, property: String, type: ValueType, limits: Limits, now: Int64) {
    self.property = property
    unit = limits.unit.flatMap { $0.isEmpty ? nil : $0 }
    switch Report.sample(reading, type, limits, now) {
    case .success(let sample):
      value = sample.value.text
      problem = value == nil ? "the number is not finite" : sample.reason
      switch reading {
      case .value(_, let time?), .uncertain(_, let time?, _): age = max(0, now - time)
      case .value, .uncertain, .failure: break
      }
    case .failure(let error): problem = error.reason
    }
  }

  /// Results as text, each ended.
  static func text(_ results: [DirectResult], as format: DirectFormat) -> String {
    switch format {
    case .table:
      var table = TextTable("PROPERTY", "VALUE", "UNIT", "AGE/ERROR")
      for result in results {
        table.add(result.property, result.value ?? "-", result.unit ?? "", result.problem ?? "\((result.age ?? 0) / 1000)s")
      }
      return table.text()
    case .json:
      return JSONValue.array(results.map(\.json)).prettyText + "\n"
    }
  }

  private var json: JSONValue {
    var object: JSONValue = ["property": .string(property)]
    if let value { object["value"] = .string(value) }
    if let unit { object["unit"] = .string(unit) }
    if let age { object["ageMilliseconds"] = JSONValue(age) }
    if let problem { object["error"] = .string(problem) }
    return object
  }
}
