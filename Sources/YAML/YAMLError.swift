/// Text that isn't YAML, can't be said in JSON, or breaks a limit, with the place where that shows.
public struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name the text was given, usually its path.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in characters, counted from 1.
  public let column: Int
  /// What is wrong, as a sentence without its end.
  public let problem: String

  /// A problem at a place.
  public init(file: String, line: Int, column: Int, problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// The place and the problem in the form editors jump to: `device.yaml:23:9: problem`.
  public var description: String { "\(file):\(line):\(column): \(problem)" }
}
