import DeviceAPI
import JSON

/// Makes objects out of their schemas, now and then with fields left out, added, renamed, or of a wrong type.
struct ObjectGenerator {
  private var state: UInt64
  /// Whether every field is there, with a value of its type.
  private let isComplete: Bool
  /// Whether the schema has nothing against the objects.
  private let isSound: Bool

  init(seed: UInt64, isComplete: Bool = false, isSound: Bool = false) {
    self.isComplete = isComplete
    self.isSound = isSound || isComplete
    state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
  }

  mutating func object(_ kind: ResourceKind, _ version: APIVersion) -> JSONValue {
    var object: JSONValue = [
      "apiVersion": .string(version.groupVersion), "kind": .string(kind.rawValue), "metadata": ["name": "x", "labels": ["a": "b"]],
    ]
    if below(4) == 0 { object["metadata"]?["annotations"] = ["devices.kubeedge.io/cycle-unit": below(2) == 0 ? "ns" : "ms"] }
    for field in Schema.of(kind, version)?.fields ?? [] where field.name == "spec" || field.name == "status" {
      if isComplete || below(8) > 0 { object[field.name] = value(field.schema, depth: 0) }
    }
    return object
  }

  mutating func coin() -> Bool { below(2) == 0 }

  private mutating func value(_ schema: Schema, depth: Int) -> JSONValue {
    if !isSound, below(40) == 0 { return [.null, "odd", 7, true, [], [1, "two"], ["odd": 1]][below(7)] }
    if !schema.allowed.isEmpty, isSound || below(8) > 0 { return schema.allowed[below(schema.allowed.count)] }
    switch schema.form {
    case .string where isSound && schema.format == "byte": return "aGVsbG8="
    case .string where isSound && schema.format == "date-time": return "2026-01-31T12:00:00Z"
    case .integer where isSound && schema.maximum != nil: return .init(schema.maximum?.int64 ?? 0)
    case .string: return .string(["edge-1", "edge-2", "modbus", "opcua", "bluetooth", "gpio", "1.5", "3", "", "count", "x"][below(11)])
    case .integer: return [0, 1, 502, 5000, 100_000_000, 2_500_000_000, -1][below(7)]
    case .number: return .number(JSONNumber(text: ["1", "1.50", "1e3", "-2"][below(4)]) ?? JSONNumber(Int64(0)))
    case .boolean: return .bool(coin())
    case .object(let fields, let preservesUnknown):
      var members: JSONObject = [:]
      for field in fields where isComplete || isSound && field.isRequired || below(3) > 0 {
        members[field.name] = value(field.schema, depth: depth + 1)
      }
      if preservesUnknown {
        for name in Self.driverMembers where below(3) == 0 { members[name] = below(3) == 0 ? freeValue(depth: 0) : driverValue(name) }
      }
      if !isSound, below(30) == 0 { members[["odd", "name", "properties", "desired"][below(4)]] = [1, "x", [], [:]][below(4)] }
      return .object(members)
    case .array(let element):
      return .array(
        (0..<(isComplete ? 3 : below(4))).map { index in
          var value = value(element, depth: depth + 1)
          if isSound {
            for key in schema.listKeys { value[key] = .string(["a", "b", "c"][index]) }
            return value
          }
          // Lists are of named things: names that meet, and now and then repeat.
          for key in ["name", "propertyName"] where value[key] != nil && below(5) > 0 {
            value[key] = .string(["a", "b", "c", "d", "e", "f"][below(6)])
          }
          return value
        })
    case .intOrString: return coin() ? 5 : "5"
    case .structure: return coin() ? ["a": 1] : [1, "a"]
    case .any: return [.null, "any", 7, [1]][below(4)]
    case .map(let element):
      return .object(JSONObject((0..<(isComplete ? 2 : below(3))).map { ("k\($0)", value(element, depth: depth + 1)) }))
    }
  }

  /// Members that v1alpha2 has fields for, and some it has none for.
  private static let driverMembers = [
    "slaveID", "ip", "port", "serialPort", "baudRate", "dataBits", "parity", "stopBits", "offset", "limit", "scale", "isSwap", "commType",
    "collectType", "register", "timeout", "url", "macAddress", "nodeID", "dataWrite", "dataConverter", "reconnTimeout", "customizedValues",
    "com", "tcp", "free", "name",
  ]

  /// What a driver takes for a member, whether v1alpha2 would have it in its field or not.
  private mutating func driverValue(_ name: String) -> JSONValue {
    let choices: [JSONValue] =
      switch name {
      case "slaveID": [1, 255, 300, -1, 7.0, "1"]
      case "port": [502, 0, 99999, 502.5, "502"]
      case "baudRate": [9600, 14400, 9600.0, "9600"]
      case "dataBits", "stopBits": [1, 7, 8, 9, "8"]
      case "parity": ["none", "Even", "even", "N"]
      case "register": ["HoldingRegister", "holdingregister", "CoilRegister", 3]
      case "collectType": ["sync", "SYNC", "async"]
      case "offset", "limit", "timeout", "reconnTimeout": [0, 1.5, 4, "4", 1e30]
      case "scale": [0.1, "0.1"]
      case "isSwap": [true, "true"]
      case "dataWrite": [["on": "AQ=="], ["on": "no base64!"], ["on": 1], "x"]
      case "dataConverter":
        [["startIndex": 1], ["startIndex": "1"], ["more": 1], ["orderOfOperations": [["operationType": "Add", "operationValue": 2]]]]
      case "com": [["parity": "even"], ["parity": "Even"]]
      case "tcp", "customizedValues": [["port": 1], ["ip": 5], 7]
      default: ["x", 5]
      }
    return choices[below(choices.count)]
  }

  /// What somebody may have written where nothing is prescribed, numbers in all their forms among it.
  mutating func freeValue(depth: Int) -> JSONValue {
    switch below(depth < 3 ? 10 : 8) {
    case 0: return .null
    case 1: return .bool(coin())
    case 2:
      return .string(
        ["", "text", "1", "true", "null", "é\u{1F600}", "a: b # c", "- x", "line\nline\n", " ", "1e3", "0x1F", "~"][below(13)])
    case 3...7: return .number(JSONNumber(text: Self.numbers[below(Self.numbers.count)]) ?? JSONNumber(Int64(0)))
    case 8: return .array((0..<below(4)).map { _ in freeValue(depth: depth + 1) })
    default:
      let keys = ["a", "b.c", "d/e", "1", "true", "key with blanks", ""]
      return .object(JSONObject((0..<below(4)).map { _ in (keys[below(keys.count)], freeValue(depth: depth + 1)) }))
    }
  }

  private static let numbers = [
    "0", "-0", "1", "1.0", "1e3", "1E+3", "1.50", "0.1e-7", "-12345", "12345678901234567890", "123456789012345678901234567890",
    "9007199254740993",
    "3.141592653589793238462643", "1e400", "-1.0e-400", "2.50e10",
  ]

  /// SplitMix64.
  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
