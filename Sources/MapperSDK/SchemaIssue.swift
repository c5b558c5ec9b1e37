/// Something in a configuration that its schema doesn't expect.
public struct SchemaIssue: Sendable, Hashable, CustomStringConvertible {
  /// Where, for instance `spec.protocol.configData.seed`.
  public let path: String
  /// What is wrong there, as half a sentence.
  public let problem: String
  /// Whether the configuration can't be used; else it is worth a warning.
  public let isError: Bool

  /// An issue.
  public init(path: String, problem: String, isError: Bool) {
    self.path = path
    self.problem = problem
    self.isError = isError
  }

  /// The place and the problem.
  public var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}
