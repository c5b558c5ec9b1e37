/// Which way a frame went.
public enum WireDirection: String, Sendable, Hashable {
  /// To a unit.
  case sent
  /// From a unit.
  case received
}
