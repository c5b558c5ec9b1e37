/// What a request costs on a bus beyond the time on the wire.
public struct RequestCosts: Sendable, Hashable {
  /// How long a unit takes from the last character of a request to the first of its answer, in microseconds, as measured.
  public var turnaround: Int64

  /// Costs.
  public init(turnaround: Int64) { self.turnaround = turnaround }
}
