import MapperSDK

/// A connection to an instrument.
public final class SCPIConnection: DeviceConnection {
  /// A property of an instrument.
  public typealias Point = DevicePoint<SCPIDriver.ProtocolConfig, SCPIDriver.Visitor>

  private let socket: LineSocket

  init(_ socket: LineSocket) { self.socket = socket }

  /// Asks for each.
  public func read(_ points: [Point]) async throws -> [Reading] {
    try points.map { point in
      do {
        return .value(try Self.value(of: try exchange(point.visitor.query), as: point.type))
      } catch let error as ReadingError where error.scope == .point {
        return .failure(error)
      }
    }
  }

  /// Sets a property.
  public func write(_ value: Value, to point: Point) async throws {
    guard let set = point.visitor.set else { throw ReadingError(.readOnly, "no command sets \(point.property)") }
    guard let text = value.text else { throw ReadingError(.invalidValue, "the value has no text") }
    _ = try exchange("\(set) \(value == .bool(true) ? "ON" : value == .bool(false) ? "OFF" : text)")
  }

  /// Ends the connection.
  public func close() async { socket.close() }

  /// Sends a command and asks what became of it: an instrument answers a query that it refuses, and each command, with silence.
  ///
  /// - Returns: The command's own answer, if it has one.
  func exchange(_ command: String) throws(ReadingError) -> String? {
    try socket.send("\(command)\nSYST:ERR?\n")
    var answer: String?
    while true {
      let line = try socket.line()
      guard let end = line.wholeMatch(of: /([+-]?\d+),"(.*)"/) else {
        guard answer == nil, line.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
          throw ReadingError(.invalidValue, "\(command) is answered with something else than a line of text", scope: .bus)
        }
        answer = line
        continue
      }
      if Int(end.1) != 0 { throw ReadingError(.failed, "the instrument refuses \(command): \(end.2) (\(end.1))") }
      return answer
    }
  }

  /// Numbers come as `+1.50000E+00`, integers too.
  private static func value(of text: String?, as type: ValueType) throws(ReadingError) -> Value {
    guard let text else { throw ReadingError(.invalidValue, "there is no answer") }
    if type.isNumeric, let number = Double(text), number.isFinite {
      guard type == .int else { return .double(number) }
      if let integer = Int64(exactly: number) { return .int(integer) }
    }
    do { return try Value(parsing: text, as: type) } catch { throw ReadingError(.invalidValue, error.reason) }
  }
}
