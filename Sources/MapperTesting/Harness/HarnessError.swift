/// Why a harness can't do what a test asks.
public struct HarnessError: Error, Hashable, CustomStringConvertible {
  /// What kind of problem; open, so that later versions may tell more kinds apart.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The code's name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The text can't be read, or what it says can't be used.
    public static let invalidSpec = Code(rawValue: "invalidSpec")
    /// A property couldn't be read or written.
    public static let requestFailed = Code(rawValue: "requestFailed")
    /// The devices didn't end.
    public static let stillRunning = Code(rawValue: "stillRunning")
  }

  /// The kind of problem.
  public let code: Code
  /// Where: a place in the text, or a device and property.
  public let place: String
  /// What is wrong there, as half a sentence.
  public let problem: String

  /// An error.
  public init(_ code: Code, at place: String, _ problem: String) {
    self.code = code
    self.place = place
    self.problem = problem
  }

  /// The place and the problem.
  public var description: String { place.isEmpty ? problem : "\(place): \(problem)" }
}
