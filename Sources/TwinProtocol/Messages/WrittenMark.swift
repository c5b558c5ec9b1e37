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

  /// A mark for the desired value of that timestamp.
  public init(timestamp: Int64, error: String? = nil, isTimeout: Bool = false) {
    self.timestamp = timestamp
    self.error = error
    self.isTimeout = isTimeout
  }

  init?(json: JSONValue?) {
    guard let timestamp = json?["timestamp"]?.integer else { return nil }
    self.init(timestamp: timestamp, error: json?["error"]?.string, isTimeout: json?["timeout"] == true)
  }

  func write(to writer: inout JSONWriter) {
    writer.raw("{\"timestamp\":")
    writer.integer(timestamp)
    if let error {
      writer.raw(",\"error\":")
      writer.string(error)
    }
    if isTimeout { writer.raw(",\"timeout\":true") }
    writer.raw("}")
  }
}
