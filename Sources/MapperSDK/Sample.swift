/// A value of a property with what is known about it.
public struct Sample: Sendable, Hashable {
  /// The value.
  public var value: Value
  /// How far it can be trusted.
  public var quality: Quality
  /// Why the quality isn't good.
  public var reason: String?
  /// When the device had this value, in milliseconds since 1970.
  public var time: Int64

  /// A sample.
  public init(value: Value, quality: Quality = .good, reason: String? = nil, time: Int64) {
    self.value = value
    self.quality = quality
    self.reason = reason
    self.time = time
  }
}
