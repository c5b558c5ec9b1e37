/// Why a helper of the tests couldn't do its part.
public struct TestSupportError: Error, CustomStringConvertible {
  /// What went wrong, as a sentence.
  public let description: String

  /// An error with a sentence.
  public init(_ description: String) { self.description = description }
}
