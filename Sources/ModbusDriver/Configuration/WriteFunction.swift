/// Which function codes write.
public enum WriteFunction: String, Sendable, Hashable, CaseIterable {
  /// 5 or 6 for one coil or register, 15 or 16 for several.
  case auto
  /// 5 or 6 only.
  case single
  /// 15 or 16 only, for devices that don't know the others.
  case multiple
}
