public import JSON

/// What a device says about one of its model's properties.
public struct DeviceProperty: Sendable, Hashable {
  /// The name of the property in the model.
  public var name: String
  /// The value the property should have.
  public var desired: TwinValue?
  /// The protocol its visitor is written for.
  public var visitorProtocol: String?
  /// How the driver finds the property in the device: an object, empty when the model says it all.
  public var visitor: JSONValue
  /// How often the property is read, in milliseconds.
  public var collectCycle: Int64?
  /// How often the property is reported, in milliseconds.
  public var reportCycle: Int64?
  /// Whether the value goes to the twin at all.
  public var reportToCloud: Bool?
  /// Where else the value goes, as v1beta1 says it.
  public var pushMethod: JSONValue?
  /// Whether the entry says more than a desired value, so that it takes part in choosing the device's properties.
  public var isListing: Bool

  /// A property from its parts; it is listing when it says more than a name and a desired value.
  public init(
    name: String, desired: TwinValue? = nil, visitorProtocol: String? = nil, visitor: JSONValue = [:], collectCycle: Int64? = nil,
    reportCycle: Int64? = nil, reportToCloud: Bool? = nil, pushMethod: JSONValue? = nil, isListing: Bool? = nil
  ) {
    self.name = name
    self.desired = desired
    self.visitorProtocol = visitorProtocol
    self.visitor = visitor
    self.collectCycle = collectCycle
    self.reportCycle = reportCycle
    self.reportToCloud = reportToCloud
    self.pushMethod = pushMethod
    self.isListing =
      isListing
      ?? (visitorProtocol != nil || visitor != [:] || collectCycle != nil || reportCycle != nil || reportToCloud != nil
        || pushMethod != nil)
  }
}
