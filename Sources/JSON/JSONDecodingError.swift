/// A JSON value that doesn't fit the type it is read into, with the place where that shows.
public struct JSONDecodingError: Error, Hashable, CustomStringConvertible {
  /// The place, for instance `spec.protocol.configData.ports[2]`; empty for the value itself.
  public let path: String
  /// What is wrong there, as half a sentence: `expected an integer, found "x"`.
  public let problem: String

  /// An error at a place.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// The place and the problem, as a user reads them.
  public var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}
