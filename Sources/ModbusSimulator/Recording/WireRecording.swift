/// What went over one Modbus bus, with its timing, as it is kept in a file.
///
/// The file is JSON, a document a line. The first line says what it is:
/// ```json
/// {"format":"swiftlet-modbus-wire","version":1,"framing":"rtu","bus":"/dev/ttyUSB0","started":1763900000000}
/// ```
/// Each further line is one frame, `out` from the client and `in` from a slave, with the microseconds since the start
/// and all bytes of the frame, header and checksum too:
/// ```json
/// {"t":1500,"dir":"out","unit":1,"hex":"010300000002c40b"}
/// ```
/// What came broken is kept as it came.
public struct WireRecording: Sendable, Hashable {
  /// Which way bytes went.
  public enum Direction: String, Sendable, Hashable {
    /// From the client to a slave: a request.
    case out
    /// From a slave to the client: an answer, whole or not.
    case `in`
  }

  /// Bytes that went over the bus.
  public struct Entry: Sendable, Hashable {
    /// When, in microseconds since the recording started.
    public var time: UInt64
    /// Which way.
    public var direction: Direction
    /// The unit that the conversation was with.
    public var unit: UInt8
    /// The bytes, framing included.
    public var bytes: [UInt8]

    /// An entry.
    public init(time: UInt64, direction: Direction, unit: UInt8, bytes: [UInt8]) {
      self.time = time
      self.direction = direction
      self.unit = unit
      self.bytes = bytes
    }
  }

  /// How the frames are put on the wire.
  public var framing: ModbusFraming
  /// Which bus it was: a host and port, or a serial device.
  public var bus: String
  /// When it started, in milliseconds since 1970.
  public var started: Int64
  /// What went over the bus, in order.
  public var entries: [Entry]
  /// Whether the file ended amid a line: whoever recorded was killed. All whole lines are there.
  public internal(set) var isCut = false

  /// A recording.
  public init(framing: ModbusFraming, bus: String, started: Int64, entries: [Entry] = []) {
    self.framing = framing
    self.bus = bus
    self.started = started
    self.entries = entries
  }
}
