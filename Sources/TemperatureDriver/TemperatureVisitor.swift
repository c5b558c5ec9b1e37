/// `visitors.configData` of a property of a simulated temperature sensor.
public struct TemperatureVisitor: Decodable, Sendable, Hashable {
  /// What a property can be.
  public enum Measure: String, Decodable, Sendable, Hashable, CaseIterable {
    /// The measured temperature.
    case temperature
    /// The temperature the controller aims at.
    case target
  }

  /// What the property is; without it a number that may be written is the target, everything else the temperature.
  public var measures: Measure?

  /// A visitor.
  public init(measures: Measure? = nil) { self.measures = measures }
}
