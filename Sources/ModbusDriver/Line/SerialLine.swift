/// A serial line with its settings.
public struct SerialLine: Sendable, Hashable {
  /// How parity is kept.
  public enum Parity: String, Sendable, Hashable, CaseIterable {
    /// None; the specification then asks for two stop bits.
    case none
    /// Even, the specification's default.
    case even
    /// Odd.
    case odd
  }

  /// The device, for instance `/dev/ttyUSB0`.
  public var path: String
  /// Bits per second.
  public var baudRate: Int
  /// Bits of a character, 7 or 8; RTU needs 8.
  public var dataBits: Int
  /// The parity.
  public var parity: Parity
  /// Stop bits, 1 or 2.
  public var stopBits: Int
  /// Whether the kernel's RS-485 mode is switched on, in which it drives the transmitter by RTS.
  public var isRS485: Bool

  /// A line; the defaults are those of MODBUS over Serial Line V1.02.
  public init(
    path: String, baudRate: Int = 19_200, dataBits: Int = 8, parity: Parity = .even, stopBits: Int = 1, isRS485: Bool = false
  ) {
    self.path = path
    self.baudRate = baudRate
    self.dataBits = dataBits
    self.parity = parity
    self.stopBits = stopBits
    self.isRS485 = isRS485
  }

  /// How long a character takes, in microseconds: a start bit, the data, the parity bit if there is one, and the stop bits.
  public var characterTime: Double {
    Double(1 + dataBits + (parity == .none ? 0 : 1) + stopBits) * 1_000_000 / Double(max(baudRate, 1))
  }
}
