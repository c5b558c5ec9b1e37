/// Names what answers on a bus: a slave, a node. Points of one unit can share requests, and fail together when it is silent.
public struct UnitID: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The name, for instance `17`; it has to be unique on its bus only.
  public let description: String

  /// A unit by its name.
  public init(_ name: String) { description = name }
  /// A unit by its name.
  public init(stringLiteral value: String) { description = value }

  /// By name.
  public static func < (left: UnitID, right: UnitID) -> Bool { left.description < right.description }
}
