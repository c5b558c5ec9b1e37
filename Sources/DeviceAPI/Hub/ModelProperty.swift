public import JSON

/// A property all devices of a model have.
public struct ModelProperty: Sendable, Hashable {
  /// The name, unique in the model.
  public var name: String
  /// What the property is, for people.
  public var description: String
  /// The type of its value.
  public var type: PropertyType
  /// Whether it may be written.
  public var accessMode: AccessMode
  /// The least value allowed, as decimal text in ``unit``.
  public var minimum: String?
  /// The greatest value allowed, as decimal text in ``unit``.
  public var maximum: String?
  /// What the value is measured in, for people.
  public var unit: String?
  /// How drivers find the property unless the device says otherwise: an object.
  public var visitor: JSONValue?
  /// The value before anything was read, as text; only v1alpha2 can say it.
  public var defaultValue: String?

  /// A property from its parts.
  public init(
    name: String, description: String = "", type: PropertyType, accessMode: AccessMode = .readOnly, minimum: String? = nil,
    maximum: String? = nil, unit: String? = nil, visitor: JSONValue? = nil, defaultValue: String? = nil
  ) {
    self.name = name
    self.description = description
    self.type = type
    self.accessMode = accessMode
    self.minimum = minimum
    self.maximum = maximum
    self.unit = unit
    self.visitor = visitor
    self.defaultValue = defaultValue
  }
}
