internal import Glibc

/// The temperature at any time: a day's curve, warmest in the afternoon, with noise, and the approach to a target once one
/// was written.
///
/// The same configuration, setpoint and time always give the same temperature.
public struct TemperatureCurve: Sendable, Hashable {
  /// The curve's shape.
  public var config: TemperatureConfig
  /// The target that was written last; `nil` before the first.
  public var setpoint: Setpoint?

  /// A curve.
  public init(config: TemperatureConfig, setpoint: Setpoint? = nil) {
    self.config = config
    self.setpoint = setpoint
  }

  /// The target, in degrees: the middle of the curve before one was written.
  public var target: Double { setpoint?.target ?? config.mean }

  /// The measured temperature, in degrees, at a time in milliseconds since 1970.
  public func temperature(at time: Int64) -> Double { undisturbed(at: time) + noise(at: time) }

  /// Takes over a target written at a time in milliseconds since 1970.
  public mutating func write(target: Double, at time: Int64) {
    setpoint = Setpoint(target: target, start: undisturbed(at: time), time: time)
  }

  private func undisturbed(at time: Int64) -> Double {
    guard let setpoint else { return day(at: time) }
    // A clock that was set back counts as no time passed.
    let seconds = Double(max(0, time - setpoint.time)) / 1000
    return setpoint.target + (setpoint.start - setpoint.target) * exp(-seconds / config.timeConstant)
  }

  private func day(at time: Int64) -> Double {
    let turn = (Double(time) / 1000 / config.period).truncatingRemainder(dividingBy: 1)
    // Coldest at 3, warmest at 15 o'clock (UTC) of a day of 24 hours; the second wave makes the morning steeper than the evening.
    let angle = 2 * Double.pi * (turn - 9.0 / 24)
    return config.mean + config.amplitude * (0.92 * sin(angle) + 0.08 * sin(2 * angle))
  }

  /// A slow and a fast wander that together stay within the configured noise.
  private func noise(at time: Int64) -> Double {
    config.noise * (0.7 * wander(time, step: 30_000, salt: 1) + 0.3 * wander(time, step: 1000, salt: 2))
  }

  /// A continuous function of time between -1 and 1, random at each multiple of `step` milliseconds.
  private func wander(_ time: Int64, step: Int64, salt: UInt64) -> Double {
    let rest = time % step
    let offset = rest < 0 ? rest + step : rest
    let index = (time - offset) / step
    let part = Double(offset) / Double(step)
    return hash(index, salt) * (1 - part) + hash(index + 1, salt) * part
  }

  /// A number between -1 and 1 for a seed and an index (the finalizer of the generator SplitMix64).
  private func hash(_ index: Int64, _ salt: UInt64) -> Double {
    var z = UInt64(bitPattern: config.seed) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(bitPattern: index) &* 0xD1B5_4A32_D192_ED03 &+ salt
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) / Double(1 << 52) - 1
  }
}
