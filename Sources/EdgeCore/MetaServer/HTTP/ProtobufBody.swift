import Foundation
import JSON

/// Objects of the core group as `application/vnd.kubernetes.protobuf`, which `kubectl create configmap`, `secret` and `namespace`
/// send without another choice.
///
/// Only those kinds, and of their metadata what such a command sets: a generated decoder of the core group would be larger than the
/// rest of the server. The numbers of the fields are those of Kubernetes' `generated.proto`; fields that aren't known are passed over,
/// as protobuf has it.
enum ProtobufBody {
  /// What a body begins with before the message `runtime.Unknown`.
  private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

  /// - Throws: ``APIStatus`` 400 for what is no such object, 415 for one of another kind.
  static func object(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
    guard bytes.starts(with: magic) else { throw malformed }
    var envelope: JSONValue = [:]
    var raw: ArraySlice<UInt8> = []
    for field in try fields(bytes[magic.count...]) {
      switch field.number {
      case 1:
        for field in try fields(field.bytes) {
          if field.number == 1 { envelope["apiVersion"] = try text(field) }
          if field.number == 2 { envelope["kind"] = try text(field) }
        }
      case 2: raw = field.bytes
      default: break
      }
    }
    guard envelope["apiVersion"]?.string == "v1", let kind = envelope["kind"]?.string, let layout = layouts[kind] else {
      throw APIStatus(
        415, "UnsupportedMediaType",
        "objects of this kind are not read as application/vnd.kubernetes.protobuf - send application/json or application/yaml")
    }
    let message = try object(raw, layout)
    for (name, value) in message.object ?? [:] { envelope[name] = value }
    return envelope
  }

  private static let malformed = APIStatus.badRequest("provided data does not appear to be a protobuf message of Kubernetes")

  // MARK: What messages mean

  private indirect enum Kind: Sendable {
    case text
    case bytes
    case boolean
    case map(Kind)
    case message([Int: (String, Kind)])
  }

  private static let metadata: Kind = .message([
    1: ("name", .text), 2: ("generateName", .text), 3: ("namespace", .text), 11: ("labels", .map(.text)), 12: ("annotations", .map(.text)),
  ])

  private static var layouts: [String: [Int: (String, Kind)]] {
    [
      "ConfigMap": [
        1: ("metadata", metadata), 2: ("data", .map(.text)), 3: ("binaryData", .map(.bytes)), 4: ("immutable", .boolean),
      ],
      "Secret": [
        1: ("metadata", metadata), 2: ("data", .map(.bytes)), 3: ("type", .text), 4: ("stringData", .map(.text)),
        5: ("immutable", .boolean),
      ],
      "Namespace": [1: ("metadata", metadata)],
    ]
  }

  private static func object(_ bytes: ArraySlice<UInt8>, _ layout: [Int: (String, Kind)]) throws(APIStatus) -> JSONValue {
    var object: JSONObject = [:]
    for field in try fields(bytes) {
      guard let (name, kind) = layout[field.number] else { continue }
      guard case .map(let element) = kind else {
        // An empty text is how an absent one is written.
        if let value = try value(field, kind) { object[name] = value }
        continue
      }
      var key = ""
      var member: JSONValue = ""
      for part in try fields(field.bytes) {
        if part.number == 1 { key = try text(part).string ?? "" }
        if part.number == 2 { member = try value(part, element) ?? "" }
      }
      var members = object[name]?.object ?? [:]
      members[key] = member
      object[name] = .object(members)
    }
    return .object(object)
  }

  private static func value(_ field: Field, _ kind: Kind) throws(APIStatus) -> JSONValue? {
    switch kind {
    case .text: field.bytes.isEmpty ? nil : try text(field)
    case .bytes: .string(Data(field.bytes).base64EncodedString())
    case .boolean: .bool(field.number64 != 0)
    case .map: nil
    case .message(let layout): try object(field.bytes, layout)
    }
  }

  private static func text(_ field: Field) throws(APIStatus) -> JSONValue {
    guard let text = String(validating: field.bytes, as: UTF8.self) else { throw malformed }
    return .string(text)
  }

  // MARK: The wire

  private struct Field {
    var number: Int
    var number64: UInt64 = 0
    var bytes: ArraySlice<UInt8> = []
  }

  private static func fields(_ bytes: ArraySlice<UInt8>) throws(APIStatus) -> [Field] {
    var rest = bytes
    var fields: [Field] = []
    while !rest.isEmpty {
      let tag = try varint(&rest)
      guard let number = Int(exactly: tag >> 3), number > 0 else { throw malformed }
      var field = Field(number: number)
      switch tag & 7 {
      case 0: field.number64 = try varint(&rest)
      case 1: try take(8, from: &rest)
      case 2:
        guard let count = Int(exactly: try varint(&rest)) else { throw malformed }
        field.bytes = try take(count, from: &rest)
      case 5: try take(4, from: &rest)
      default: throw malformed
      }
      fields.append(field)
    }
    return fields
  }

  @discardableResult
  private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(APIStatus) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw malformed }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws(APIStatus) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, through: 63, by: 7) {
      guard let byte = rest.popFirst() else { throw malformed }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte & 0x80 == 0 { return value }
    }
    throw malformed
  }
}
