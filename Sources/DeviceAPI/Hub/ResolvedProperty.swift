public import JSON

/// A property of a device with everything its model and the device say about it.
public struct ResolvedProperty: Sendable, Hashable {
  /// The name.
  public var name: String
  /// What the property is, for people.
  public var description: String
  /// The type of its value.
  public var type: PropertyType
  /// Whether it may be written.
  public var accessMode: AccessMode
  /// The least value allowed, as decimal text.
  public var minimum: String?
  /// The greatest value allowed, as decimal text.
  public var maximum: String?
  /// What the value is measured in, for people.
  public var unit: String?
  /// How the driver finds the property: the model's object, overridden key by key by the device's.
  public var visitor: JSONValue
  /// How often the property is read, in milliseconds; the mapper's default when `nil`.
  public var collectCycle: Int64?
  /// How often the property is reported, in milliseconds; the mapper's default when `nil`.
  public var reportCycle: Int64?
  /// Whether the value goes to the twin; `true` unless the device says otherwise.
  public var reportToCloud: Bool
  /// The value the property should have; an empty one asks for nothing.
  public var desired: TwinValue?
  /// Where else the value goes, as v1beta1 says it.
  public var pushMethod: JSONValue?
  /// The value before anything was read, as text.
  public var defaultValue: String?

  /// A property of the model with what a device says about it.
  public init(model: ModelProperty, device: DeviceProperty?) {
    name = model.name
    description = model.description
    type = model.type
    accessMode = model.accessMode
    minimum = model.minimum
    maximum = model.maximum
    unit = model.unit
    visitor = (model.visitor ?? [:]).overridden(by: device?.visitor ?? [:])
    collectCycle = device?.collectCycle
    reportCycle = device?.reportCycle
    reportToCloud = device?.reportToCloud ?? true
    desired = device?.desired
    pushMethod = device?.pushMethod
    defaultValue = model.defaultValue
  }
}

extension JSONValue {
  /// This object with the members of another put over its own; not deep, as KubeEdge does it.
  func overridden(by other: JSONValue) -> JSONValue {
    // Most devices add nothing to their model: then its storage serves them all.
    guard let others = other.object, !others.isEmpty else { return object == nil ? [:] : self }
    var members = object ?? [:]
    for (key, value) in others { members[key] = value }
    return .object(members)
  }
}
