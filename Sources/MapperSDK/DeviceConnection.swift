/// A bus that is connected.
public protocol DeviceConnection: Sendable {
  /// A property of a device: a ``DevicePoint`` of the driver's configuration and visitor.
  associatedtype Point: Sendable

  /// Reads points of one unit: those of one request, if the driver plans requests.
  ///
  /// - Returns: For each point, in order, a value or why there is none.
  /// - Throws: ``ReadingError`` when none could be read; its scope says how far that reaches. Anything else means that the
  ///   connection as a whole is broken; it is closed then, and made anew.
  func read(_ points: [Point]) async throws -> [Reading]

  /// Writes a value that is of the point's type and within its limits.
  ///
  /// - Throws: ``ReadingError`` when this value can't be written; anything else means that the connection as a whole is
  ///   broken.
  func write(_ value: Value, to point: Point) async throws

  /// Ends the connection.
  func close() async
}
