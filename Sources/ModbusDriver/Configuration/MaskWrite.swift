/// Whether a bit of a register is written with function code 22.
public enum MaskWrite: String, Sendable, Hashable, CaseIterable {
  /// It is tried, and given up for a unit that doesn't know it: then the register is read and written back.
  case auto
  /// The register is always read and written back.
  case never
}
