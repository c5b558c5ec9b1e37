public import Logging

/// What a mapper's driver may want to know of its surroundings.
public struct DriverContext: Sendable {
  /// A folder of the mapper's own for what has to outlast the process; it may not exist yet.
  public let stateDirectory: String
  /// Whether nothing is to be written to any device. The framework refuses writes by itself; a driver that knows can keep from
  /// what else changes a device.
  public let isReadOnly: Bool
  /// The file into which the driver is to write what goes over its buses; `nil`: none. Only set where ``Mapper/canRecord`` is.
  public let recordingPath: String?
  /// Where the driver logs.
  public let logger: Logger

  init(stateDirectory: String, isReadOnly: Bool = false, recordingPath: String? = nil, logger: Logger) {
    self.stateDirectory = stateDirectory
    self.isReadOnly = isReadOnly
    self.recordingPath = recordingPath
    self.logger = logger
  }
}
