/// Where in a register the characters of a text are.
public enum StringOrder: String, Sendable, Hashable, CaseIterable {
  /// Two a register, the first in the high byte.
  case highFirst = "high-first"
  /// Two a register, the first in the low byte.
  case lowFirst = "low-first"
  /// One a register, in the high byte.
  case highOnly = "high-only"
  /// One a register, in the low byte.
  case lowOnly = "low-only"

  /// How many characters a register holds.
  var density: Int { self == .highFirst || self == .lowFirst ? 2 : 1 }
}
