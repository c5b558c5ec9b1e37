/// Why a simulator can't listen, or a recording can't be read or written.
public struct SimulatorError: Error, Hashable, CustomStringConvertible {
  /// What kind of problem; open, so that later versions may tell more kinds apart.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The code's name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The address or port can't be listened on.
    public static let cannotListen = Code(rawValue: "cannotListen")
    /// The serial line can't be opened or set up.
    public static let cannotOpenLine = Code(rawValue: "cannotOpenLine")
    /// No thread or descriptor is left.
    public static let noResources = Code(rawValue: "noResources")
    /// The simulator was stopped.
    public static let stopped = Code(rawValue: "stopped")
    /// A recording isn't one, or breaks a limit.
    public static let invalidRecording = Code(rawValue: "invalidRecording")
    /// A recording can't be written.
    public static let cannotWrite = Code(rawValue: "cannotWrite")
  }

  /// The kind of problem.
  public let code: Code
  /// Where: an address, a path, or the line of a recording.
  public let place: String
  /// A sentence for the user, without the place.
  public let reason: String

  /// An error.
  public init(_ code: Code, at place: String, _ reason: String) {
    self.code = code
    self.place = place
    self.reason = reason
  }

  /// The place and the sentence.
  public var description: String { "\(place): \(reason)" }
}
