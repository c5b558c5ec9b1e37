import JSON

/// What a mapper did with a desired value, identified by that value's `expected.metadata.timestamp`: `written` in a
/// twin.
///
/// Ours; a KubeEdge core ignores it. edgecore keeps it, and a mapper that starts reads it, so that no desired value is
/// written to a device a second time.
public struct WrittenMark: Sendable, Hashable {
  /// The desired value's timestamp, in milliseconds since 1970.
  public var timestamp: Int64
  /// Why the device or the mapper refused the value; `nil` when it was written.
  public var error: String?
  /// Whether it wasn't refused, but accepted and never shown by the device.
  public var isTimeout: Bool
  /// When edgecore heard of it, in milliseconds since 1970; a mapper doesn't say.
  public var at: Int64?

  /// A mark for the desired value of that timestamp.
  public init(timestamp: Int64, error: String? = nil, isTimeout: Bool = false, at: Int64? = nil) {
    self.timestamp = timestamp
    self.error = error
    self.isTimeout = isTimeout
    self.at = at
  }

  init?(json: JSONValue?) {
    guard let timestamp = json?["timestamp"]?.integer else { return nil }
    self.init(timestamp: timestamp, error: json?["error"]?.string, isTimeout: json?["timeout"] == true, at: json?["at"]?.integer)
  }

  func write(to writer: inout JSONWriter) {
    writer.raw("{\"timestamp\":")
    writer.integer(timestamp)
    if let error {
      writer.raw(",\"error\":")
      writer.string(error)
    }
    if isTimeout { writer.raw(",\"timeout\":true") }
    if let at {
      writer.raw(",\"at\":")
      writer.integer(at)
    }
    writer.raw("}")
  }
}
