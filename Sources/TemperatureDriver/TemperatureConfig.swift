/// `spec.protocol.configData` of a simulated temperature sensor; every member may be left out.
public struct TemperatureConfig: Decodable, Sendable, Hashable {
  /// Makes one device's noise different from another's.
  public var seed: Int64
  /// The middle of the daily curve, in degrees of the model's unit.
  public var mean: Double
  /// How far the curve rises above and falls below its middle, in degrees.
  public var amplitude: Double
  /// How far the noise strays from the curve at most, in degrees.
  public var noise: Double
  /// How long a day of the curve is, in seconds.
  public var period: Double
  /// How fast a written target is approached: after this many seconds 63 % of the way.
  public var timeConstant: Double

  /// A configuration.
  public init(
    seed: Int64 = 0, mean: Double = 70, amplitude: Double = 5, noise: Double = 0.3, period: Double = 86_400, timeConstant: Double = 20
  ) {
    self.seed = seed
    self.mean = mean
    self.amplitude = amplitude
    self.noise = noise
    self.period = period
    self.timeConstant = timeConstant
  }

  private enum Key: String, CodingKey {
    case seed, mean, amplitude, noise, period, timeConstant
  }

  /// Reads a configuration; absent members take their defaults.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let defaults = TemperatureConfig()
    seed = try container.decodeIfPresent(Int64.self, forKey: .seed) ?? defaults.seed
    mean = try container.decodeIfPresent(Double.self, forKey: .mean) ?? defaults.mean
    amplitude = try container.decodeIfPresent(Double.self, forKey: .amplitude) ?? defaults.amplitude
    noise = try container.decodeIfPresent(Double.self, forKey: .noise) ?? defaults.noise
    period = try container.decodeIfPresent(Double.self, forKey: .period) ?? defaults.period
    timeConstant = try container.decodeIfPresent(Double.self, forKey: .timeConstant) ?? defaults.timeConstant
  }
}
