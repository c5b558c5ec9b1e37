/// Text that isn't JSON, or breaks a limit, with the place where that shows.
public struct JSONParseError: Error, Hashable, CustomStringConvertible {
  /// What is wrong, as half a sentence: `expected ',' or '}'`.
  public let problem: String
  /// The place in bytes from the start, counted from 0.
  public let offset: Int
  /// The line, counted from 1.
  public let line: Int
  /// The column in bytes, counted from 1.
  public let column: Int

  /// The problem with its place, as a user reads it.
  public var description: String { "line \(line), column \(column): \(problem)" }
}
