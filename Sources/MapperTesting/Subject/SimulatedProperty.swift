public import MapperSDK

/// A property of a simulated device.
public struct SimulatedProperty: Sendable, Hashable {
  /// The property's name.
  public var name: String
  /// The type of its values.
  public var type: ValueType
  /// `visitors.configData` that finds it.
  public var visitor: JSONValue
  /// Whether it may be written.
  public var isWritable: Bool
  /// Two different values that the device can have and, where the property is writable, be given, as text.
  public var values: [String]

  /// A property.
  ///
  /// - Parameters:
  ///   - name: The property's name.
  ///   - type: The type of its values.
  ///   - visitor: `visitors.configData` that finds it.
  ///   - isWritable: Whether it may be written.
  ///   - values: Two different values that the device can have and, where the property is writable, be given, as text.
  public init(_ name: String, _ type: ValueType, visitor: JSONValue, isWritable: Bool = false, values: (String, String)) {
    self.name = name
    self.type = type
    self.visitor = visitor
    self.isWritable = isWritable
    self.values = [values.0, values.1]
  }
}
