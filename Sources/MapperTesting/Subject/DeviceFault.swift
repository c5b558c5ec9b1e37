/// What goes wrong with a simulated device.
public enum DeviceFault: Sendable, Hashable {
  /// It takes requests and answers none.
  case silent
  /// Each answer comes so many milliseconds late, and does come.
  case slow(milliseconds: Int)
  /// It closes the connection instead of the next answer, or in the midst of it; a new one works.
  case disconnect
  /// It isn't there: connections end, and new ones fail, until it is healed.
  case absent
  /// It answers with bytes that mean nothing.
  case garbage
  /// It refuses to read this property, and reads the others.
  case refuseReads(property: String)
  /// It refuses to write this property; it can be read.
  case refuseWrites(property: String)
}
