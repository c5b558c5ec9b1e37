public import Logging

/// What a mapper's driver may want to know of its surroundings.
public struct DriverContext: Sendable {
  /// A folder of the mapper's own for what has to outlast the process; it may not exist yet.
  public let stateDirectory: String
  /// Where the driver logs.
  public let logger: Logger
}
