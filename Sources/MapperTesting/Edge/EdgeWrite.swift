/// What became of a desired value.
public struct EdgeWrite: Sendable, Hashable, CustomStringConvertible {
  /// What identifies the desired value: when it was wished, in milliseconds since 1970.
  public var timestamp: Int64
  /// Why it was refused; `nil` when it was written.
  public var error: String?

  /// Whether it wasn't refused, but accepted and never shown by the device.
  public var isTimeout: Bool

  /// A value that was written, or refused.
  public init(timestamp: Int64, error: String? = nil, isTimeout: Bool = false) {
    self.timestamp = timestamp
    self.error = error
    self.isTimeout = isTimeout
  }

  /// For people.
  public var description: String { error.map { "refused \(timestamp): \($0)" } ?? "written \(timestamp)" }
}
