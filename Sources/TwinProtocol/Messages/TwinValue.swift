import JSON

/// A desired or reported value with what is known about it: `expected` or `actual` in a message.
public struct TwinValue: Sendable, Hashable {
  /// The value as text.
  public var value: String
  /// When it was wished or measured, in milliseconds since 1970.
  public var timestamp: Int64?
  /// Quality and reason where there are any; nearly all values are good, and there may be hundreds of thousands of them.
  private var doubt: [String?] = []

  /// `good` when absent; else `uncertain` or `bad`.
  public var quality: String? {
    get { doubt.first ?? nil }
    set { setDoubt(newValue, reason) }
  }

  /// Why the quality isn't good.
  public var reason: String? {
    get { doubt.last ?? nil }
    set { setDoubt(quality, newValue) }
  }

  private mutating func setDoubt(_ quality: String?, _ reason: String?) {
    doubt = quality == nil && reason == nil ? [] : [quality, reason]
  }

  /// A value.
  public init(_ value: String, timestamp: Int64? = nil, quality: String? = nil, reason: String? = nil) {
    self.value = value
    self.timestamp = timestamp
    setDoubt(quality, reason)
  }

  /// Reads `{"value": …, "metadata": {"timestamp": …}}`.
  init(json: JSONValue, path: String) throws(MessageError) {
    guard case .object(let object) = json else {
      throw MessageError(path: path, problem: "expected an object, found \(json.kind)")
    }
    switch object[ignoringCase: "value"] {
    case .string(let text)?: value = text
    case nil, .null?: throw MessageError(path: "\(path).value", problem: "the value is missing")
    case let other?: throw MessageError(path: "\(path).value", problem: "expected a string, found \(other.kind)")
    }
    let metadata = object[ignoringCase: "metadata"]?.object
    timestamp = metadata?[ignoringCase: "timestamp"]?.integer
    setDoubt(
      metadata?[ignoringCase: "quality"]?.string.flatMap { $0 == "good" ? nil : $0 }, metadata?[ignoringCase: "reason"]?.string)
  }

  func write(to writer: inout JSONWriter) {
    writer.raw("{\"value\":")
    writer.string(value)
    if timestamp != nil || quality != nil || reason != nil {
      writer.raw(",\"metadata\":{")
      var separator: StaticString = ""
      if let timestamp {
        writer.raw("\"timestamp\":")
        writer.integer(timestamp)
        separator = ","
      }
      if let quality {
        writer.raw(separator)
        writer.raw("\"quality\":")
        writer.string(quality)
        separator = ","
      }
      if let reason {
        writer.raw(separator)
        writer.raw("\"reason\":")
        writer.string(reason)
      }
      writer.raw("}")
    }
    writer.raw("}")
  }
}
