/// A value that was read, as text.
package struct PropertyReading: Sendable, Hashable {
  /// The value as the twin would have it.
  package let value: String
  /// The property's type as twins name it, for instance `float`.
  package let type: String
  /// When the value was so, in milliseconds since 1970.
  package let timestamp: Int64

  /// A reading.
  package init(value: String, type: String, timestamp: Int64) {
    self.value = value
    self.type = type
    self.timestamp = timestamp
  }
}
