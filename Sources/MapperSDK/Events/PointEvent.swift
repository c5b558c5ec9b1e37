/// Something that a device tells by itself.
public struct PointEvent: Sendable, Hashable {
  /// The point it is about: its place in what is watched.
  public var point: Int
  /// What the point is now; its time should be when the device noticed.
  public var reading: Reading

  /// An event.
  public init(point: Int, reading: Reading) {
    self.point = point
    self.reading = reading
  }
}
