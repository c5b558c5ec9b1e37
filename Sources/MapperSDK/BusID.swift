/// Names a bus: a serial line, a TCP connection, a chip. Devices of the same bus share one connection and one queue.
public struct BusID: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The name, for instance `tcp://10.0.0.7:502` or `/dev/ttyUSB0`.
  public let description: String

  /// A bus by its name.
  public init(_ name: String) { description = name }
  /// A bus by its name.
  public init(stringLiteral value: String) { description = value }

  /// By name.
  public static func < (left: BusID, right: BusID) -> Bool { left.description < right.description }
}
