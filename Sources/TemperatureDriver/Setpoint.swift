/// A target that was written to a device.
public struct Setpoint: Sendable, Hashable {
  /// The temperature aimed at, in degrees.
  public var target: Double
  /// The temperature when the target was written, in degrees.
  public var start: Double
  /// When the target was written, in milliseconds since 1970.
  public var time: Int64

  /// A setpoint.
  public init(target: Double, start: Double, time: Int64) {
    self.target = target
    self.start = start
    self.time = time
  }
}
