import DeviceAPI
import JSON

/// Makes objects out of their schemas, now and then with fields left out, added, renamed, or of a wrong type.
struct ObjectGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func object(_ kind: ResourceKind, _ version: APIVersion) -> JSONValue {
    var object: JSONValue = [
      "apiVersion": .string(version.groupVersion), "kind": .string(kind.rawValue), "metadata": ["name": "x", "labels": ["a": "b"]],
    ]
    if below(4) == 0 { object["metadata"]?["annotations"] = ["devices.kubeedge.io/cycle-unit": below(2) == 0 ? "ns" : "ms"] }
    for field in Schema.of(kind, version)?.fields ?? [] where field.name == "spec" || field.name == "status" {
      if below(8) > 0 { object[field.name] = value(field.schema, depth: 0) }
    }
    return object
  }

  mutating func coin() -> Bool { below(2) == 0 }

  private mutating func value(_ schema: Schema, depth: Int) -> JSONValue {
    if below(40) == 0 { return [.null, "odd", 7, true, [], [1, "two"], ["odd": 1]][below(7)] }
    if !schema.allowed.isEmpty, below(8) > 0 { return schema.allowed[below(schema.allowed.count)] }
    switch schema.form {
    case .string: return .string(["edge-1", "edge-2", "modbus", "gpio", "1.5", "3", "", "count", "x"][below(9)])
    case .integer: return [0, 1, 502, 5000, 100_000_000, 2_500_000_000, -1][below(7)]
    case .number: return .number(JSONNumber(text: ["1", "1.50", "1e3", "-2"][below(4)]) ?? JSONNumber(Int64(0)))
    case .boolean: return .bool(coin())
    case .object(let fields, let preservesUnknown):
      var members: JSONObject = [:]
      for field in fields where below(3) > 0 { members[field.name] = value(field.schema, depth: depth + 1) }
      if preservesUnknown {
        for name in ["slaveID", "ip", "port", "serialPort", "offset", "scale", "commType", "register", "free", "name"] where below(3) == 0 {
          members[name] = ["text", 5, 1.5, true, .null, ["a": [1]]][below(6)]
        }
      }
      if below(30) == 0 { members[["odd", "name", "properties", "desired"][below(4)]] = [1, "x", [], [:]][below(4)] }
      return .object(members)
    case .array(let element):
      return .array(
        (0..<below(4)).map { _ in
          var value = value(element, depth: depth + 1)
          // Lists are of named things: names that meet, and now and then repeat.
          for key in ["name", "propertyName"] where value[key] != nil && below(5) > 0 {
            value[key] = .string(["a", "b", "c", "d", "e", "f"][below(6)])
          }
          return value
        })
    case .map(let element): return .object(JSONObject((0..<below(3)).map { ("k\($0)", value(element, depth: depth + 1)) }))
    }
  }

  /// SplitMix64.
  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
