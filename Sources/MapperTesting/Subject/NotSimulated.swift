/// Something that a simulator can't do, so that the checks that need it can't apply.
public struct NotSimulated: Error, Hashable, CustomStringConvertible {
  /// What it can't do, so that a sentence beginning with "the simulator can't" ends with it.
  public let ability: String

  /// What a simulator can't do, for instance `close connections: the device has none`.
  public init(_ ability: String) { self.ability = ability }

  /// The sentence.
  public var description: String { "the simulator can't \(ability)" }
}
