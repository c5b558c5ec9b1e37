/// A message that can't be taken, with the place in it that says why.
public struct MessageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where in the message, for instance `twin.temperature.actual.value`; empty for the message as a whole.
  public let path: String
  /// What is wrong, as half a sentence.
  public let problem: String

  /// An error at a place in a message.
  public init(path: String = "", problem: String) {
    self.path = path
    self.problem = problem
  }

  /// The place and the problem.
  public var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}
