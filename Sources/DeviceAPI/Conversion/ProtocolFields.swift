import JSON

/// The typed protocol fields of v1alpha2, by which the flat `configData` of v1beta1 is taken apart again.
enum ProtocolFields {
  enum Kind {
    case string, integer, number, boolean, object

    func fits(_ value: JSONValue) -> Bool {
      switch self {
      case .string: value.string != nil
      case .integer: value.integer != nil
      case .number: value.number != nil
      case .boolean: value.bool != nil
      case .object: value.object != nil
      }
    }
  }

  /// The protocols v1alpha2 has a struct for, in the order in which one is looked for.
  static let typedProtocols = ["modbus", "opcua", "bluetooth"]

  static let configuration: [String: [String: Kind]] = [
    "modbus": ["slaveID": .integer],
    "opcua": [
      "url": .string, "userName": .string, "password": .string, "securityPolicy": .string, "securityMode": .string,
      "certificate": .string, "privateKey": .string, "timeout": .integer,
    ],
    "bluetooth": ["macAddress": .string],
  ]

  static let com: [String: Kind] = [
    "serialPort": .string, "baudRate": .integer, "dataBits": .integer, "parity": .string, "stopBits": .integer,
  ]

  static let tcp: [String: Kind] = ["ip": .string, "port": .integer]

  static let common: [String: Kind] = [
    "commType": .string, "reconnTimeout": .integer, "reconnRetryTimes": .integer, "collectTimeout": .integer,
    "collectRetryTimes": .integer, "collectType": .string,
  ]

  static let visitor: [String: [String: Kind]] = [
    "modbus": [
      "register": .string, "offset": .integer, "limit": .integer, "scale": .number, "isSwap": .boolean, "isRegisterSwap": .boolean,
    ],
    "opcua": ["nodeID": .string, "browseName": .string],
    "bluetooth": ["characteristicUUID": .string, "dataWrite": .object, "dataConverter": .object],
  ]

  /// Moves the members that fit `fields` out of `members`.
  static func take(_ fields: [String: Kind], from members: inout JSONObject) -> JSONObject {
    var taken: JSONObject = [:]
    for (name, kind) in fields {
      guard let value = members[name], kind.fits(value) else { continue }
      taken[name] = value
      members[name] = nil
    }
    return taken
  }
}

extension JSONObject {
  /// Adds the members of another object whose keys aren't taken.
  mutating func fill(from other: JSONObject?) {
    for (key, value) in other ?? [:] where self[key] == nil { self[key] = value }
  }

  /// The object as a value; `nil` when it is empty.
  var nonEmpty: JSONValue? { isEmpty ? nil : .object(self) }
}
