/// Points that one transaction reads.
public struct PlannedRead: Sendable, Hashable {
  /// The points, by their place in what was planned, in the order of their addresses.
  public var points: [Int]
  /// How long the request and its answer occupy the line, in microseconds, without the unit's own time; 0 where the line
  /// is never what one waits for.
  public var wireTime: Int64
  /// The request for people, for instance `read 12 holding registers from 40`.
  public var summary: String

  /// A request.
  public init(points: [Int], wireTime: Int64 = 0, summary: String = "") {
    self.points = points
    self.wireTime = wireTime
    self.summary = summary
  }
}
