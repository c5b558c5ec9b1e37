public import MapperSDK

/// What a mapper told edgecore of one property.
public struct EdgeReport: Sendable, Hashable, CustomStringConvertible {
  /// The device.
  public var device: DeviceName
  /// The property.
  public var property: String
  /// The value's text; `nil` where only what became of a desired value was told.
  public var value: String?
  /// How far the value can be trusted.
  public var quality: Quality
  /// Why it can't, as a sentence.
  public var reason: String?
  /// When the device had the value, in milliseconds since 1970.
  public var timestamp: Int64?
  /// The value's type as twins name it, for instance `float`.
  public var type: String?
  /// What became of a desired value.
  public var written: EdgeWrite?

  /// A report.
  public init(
    device: DeviceName, property: String, value: String?, quality: Quality = .good, reason: String? = nil, timestamp: Int64? = nil,
    type: String? = nil, written: EdgeWrite? = nil
  ) {
    self.device = device
    self.property = property
    self.value = value
    self.quality = quality
    self.reason = reason
    self.timestamp = timestamp
    self.type = type
    self.written = written
  }

  /// For people.
  public var description: String {
    var text = "\(device) \(property) = \(value.map { "\"\($0)\"" } ?? "-") \(quality.rawValue)"
    if let reason { text += " (\(reason))" }
    if let written { text += ", \(written)" }
    return text
  }
}
