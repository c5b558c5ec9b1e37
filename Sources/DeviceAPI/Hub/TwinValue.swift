public import JSON

/// A value of a twin, desired or reported: always text, with metadata that says how to read it.
public struct TwinValue: Sendable, Hashable {
  /// The value as text; empty means that no value is set.
  public var value: String
  /// What accompanies the value, for instance `type` and `timestamp` (milliseconds since 1970).
  public var metadata: [String: String]

  /// A value with its metadata.
  public init(value: String, metadata: [String: String] = [:]) {
    self.value = value
    self.metadata = metadata
  }

  /// Reads a value; `nil` when it isn't an object with a text `value`.
  public init?(decoding json: JSONValue) {
    guard let value = json["value"]?.string else { return nil }
    self.init(value: value, metadata: json["metadata"]?.stringMap ?? [:])
  }

  /// The value as the API writes it.
  public var json: JSONValue {
    var result: JSONValue = ["value": .string(value)]
    if !metadata.isEmpty { result["metadata"] = .object(JSONObject(metadata.map { ($0.key, .string($0.value)) })) }
    return result
  }
}
