import Glibc
import Synchronization

/// Writes a recording while it happens: a line a frame, so that a killed process leaves all frames but the last.
public final class WireRecordingWriter: Sendable {
  private struct State {
    var descriptor: Int32
    var left: Int
    var last: UInt64 = 0
  }

  /// The file.
  public let path: String
  private let start: UInt64
  private let state: Mutex<State>

  /// Begins a recording; a file that exists is replaced.
  ///
  /// - Parameters:
  ///   - bus: Which bus it is: a host and port, or a serial device.
  ///   - started: The moment, in milliseconds since 1970; now unless given.
  ///   - maximumBytes: The longest file.
  /// - Throws: ``SimulatorError`` when the file can't be written.
  public init(
    path: String, framing: ModbusFraming, bus: String, started: Int64? = nil, maximumBytes: Int = 256 << 20
  ) throws(SimulatorError) {
    self.path = path
    start = MonotonicClock.microseconds
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SimulatorError(.cannotWrite, at: path, "cannot open: \(Descriptors.words(errno))") }
    state = Mutex(State(descriptor: descriptor, left: maximumBytes))
    let header = WireRecording(framing: framing, bus: bus, started: started ?? MonotonicClock.wallMilliseconds)
    try write(header.headerLine)
  }

  deinit { close() }

  /// Writes what went over the bus.
  ///
  /// - Parameter time: When, in microseconds since the start; now unless given. It never goes back: an earlier time is
  ///   written as that of the entry before.
  /// - Throws: ``SimulatorError`` when the file can't be written, is full, or was closed.
  public func record(_ direction: WireRecording.Direction, unit: UInt8, _ bytes: [UInt8], at time: UInt64? = nil) throws(SimulatorError) {
    if bytes.isEmpty { return }
    let time = time ?? MonotonicClock.microseconds - start
    try write(WireRecording.Entry(time: time, direction: direction, unit: unit, bytes: bytes))
  }

  /// Ends the recording. A second call does nothing.
  public func close() {
    state.withLock { state in
      if state.descriptor >= 0 { _ = Glibc.close(state.descriptor) }
      state.descriptor = -1
    }
  }

  private func write(_ entry: WireRecording.Entry) throws(SimulatorError) {
    let result = state.withLock { state -> Result<Void, SimulatorError> in
      var entry = entry
      entry.time = max(entry.time, state.last)
      state.last = entry.time
      return append(entry.line, to: &state)
    }
    try result.get()
  }

  private func write(_ line: [UInt8]) throws(SimulatorError) {
    try state.withLock { append(line, to: &$0) }.get()
  }

  private func append(_ line: [UInt8], to state: inout State) -> Result<Void, SimulatorError> {
    guard state.descriptor >= 0 else { return .failure(SimulatorError(.cannotWrite, at: path, "the recording was ended")) }
    guard line.count <= state.left else {
      return .failure(SimulatorError(.cannotWrite, at: path, "the recording reached its maximum size"))
    }
    var rest = line[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return .failure(SimulatorError(.cannotWrite, at: path, "cannot write: \(Descriptors.words(errno))")) }
      rest = rest.dropFirst(count)
      state.left -= count
    }
    return .success(())
  }
}
