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

  /// Tells of points when something happens to them, until the task is cancelled.
  ///
  /// It runs beside reads and writes, on a thread of its own, so a blocking wait is right as long as it ends soon after the
  /// task is cancelled. When devices come or go it is cancelled and called again with other points. What may have happened
  /// before it began, or in between, should be told as soon as it begins. It is only called when there are points whose ``DeviceDriver/delivery(of:)`` asks for it. Unless a
  /// connection says otherwise, nothing is told.
  ///
  /// - Parameters:
  ///   - points: The points, perhaps of several devices.
  ///   - sink: Where events go.
  /// - Throws: What broke the connection: it is closed then, and made anew.
  func watch(_ points: [Point], _ sink: EventSink) async throws

  /// Carries out one of the driver's commands (``DriverSchema/commands``).
  ///
  /// What takes long should go on after this has returned; nothing else is done on the bus meanwhile. Unless a connection
  /// says otherwise, there is none that it knows.
  ///
  /// - Throws: ``ReadingError`` when it can't be carried out; anything else means that the connection as a whole is broken.
  func perform(_ command: DeviceCommand, on point: Point) async throws

  /// Ends the connection. No other call is made during it, or after it.
  func close() async
}

extension DeviceConnection {
  /// Nothing is told.
  public func watch(_ points: [Point], _ sink: EventSink) async throws {}

  /// There is none.
  public func perform(_ command: DeviceCommand, on point: Point) async throws {
    throw ReadingError(.failed, "the driver knows no command \(command.name)")
  }
}
