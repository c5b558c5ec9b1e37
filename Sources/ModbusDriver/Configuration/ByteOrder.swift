/// In which order the registers of a value come, and the bytes within a register.
///
/// The letters stand for the bytes of a 32-bit value, the most significant being A; values of other widths follow by the
/// same two switches.
public enum ByteOrder: String, Sendable, Hashable, CaseIterable {
  /// Most significant register and byte first, as the specification has it.
  case ABCD
  /// Least significant register and byte first.
  case DCBA
  /// Most significant register first, its bytes swapped.
  case BADC
  /// Least significant register first, its bytes in order.
  case CDAB

  /// An order by its switches: KubeEdge's `isRegisterSwap` and `isSwap`.
  public init(swapsRegisters: Bool, swapsBytes: Bool) {
    switch (swapsRegisters, swapsBytes) {
    case (false, false): self = .ABCD
    case (true, true): self = .DCBA
    case (false, true): self = .BADC
    case (true, false): self = .CDAB
    }
  }

  /// Whether the least significant register comes first.
  public var swapsRegisters: Bool { self == .DCBA || self == .CDAB }

  /// Whether the least significant byte of each register comes first.
  public var swapsBytes: Bool { self == .DCBA || self == .BADC }
}
