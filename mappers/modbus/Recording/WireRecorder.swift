import Glibc
import Logging
import MapperRuntime
import MapperSDK
import ModbusDriver
import ModbusSimulator
import Synchronization

/// Writes what goes over the buses of a mapper into files, one a bus.
final class WireRecorder: Sendable {
  /// How long a file may become, in bytes.
  static let maximumBytes = 256 << 20

  private struct File {
    var writer: WireRecordingWriter
    /// What it is called now.
    var path: String
    /// When it began, by the clock that frames are timed with.
    var start: Int64
  }

  private struct State {
    /// The files by their buses; `nil` for one that can't be written any more.
    var files: [BusID: File?] = [:]
    var names: RecordingNames
  }

  private let logger: Logger
  private let state: Mutex<State>

  /// - Throws: ``CommandFailure`` when the file can't be written.
  init(path: String, logger: Logger) throws {
    self.logger = logger
    state = Mutex(State(names: RecordingNames(path: path)))
    // Better now than when the first bus is connected.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommandFailure("can't record into \(path): \(String(cString: strerror(errno)))") }
    close(descriptor)
  }

  /// What sees the frames of a bus; the same file goes on when the bus is connected again.
  func tap(of bus: BusID) -> WireTap {
    { [self] direction, unit, bytes, time in record(direction, unit, bytes, time, bus) }
  }

  private func record(_ direction: WireDirection, _ unit: UInt8, _ bytes: [UInt8], _ time: Int64, _ bus: BusID) {
    state.withLock { state in
      if state.files[bus] == nil { state.files.updateValue(begin(bus, &state, at: time), forKey: bus) }
      guard let file = state.files[bus].flatMap({ $0 }) else { return }
      do {
        try file.writer.record(
          direction == .sent ? .out : .in, unit: unit, bytes, at: UInt64(max(0, time - file.start)))
      } catch {
        logger.error("\(bus) is recorded no more: \(error)")
        file.writer.close()
        state.files.updateValue(nil, forKey: bus)
      }
    }
  }

  private func begin(_ bus: BusID, _ state: inout State, at time: Int64) -> File? {
    // The only one's file gets a name of its own as soon as there is another.
    if state.files.count == 1, let (first, file) = state.files.first { rename(file, of: first, &state) }
    let path = state.files.isEmpty ? state.names.path : state.names.path(of: bus)
    do {
      let writer = try WireRecordingWriter(
        path: path, framing: Self.framing(of: bus), bus: bus.description, maximumBytes: Self.maximumBytes)
      logger.notice("what goes over \(bus) is recorded in \(path)")
      return File(writer: writer, path: path, start: time)
    } catch {
      logger.error("\(bus) isn't recorded: \(error)")
      return nil
    }
  }

  private func rename(_ file: File?, of bus: BusID, _ state: inout State) {
    guard var file else { return }
    let path = state.names.path(of: bus)
    guard Glibc.rename(file.path, path) == 0 else {
      logger.warning("\(file.path) can't be renamed to \(path), and goes on: \(String(cString: strerror(errno)))")
      return
    }
    logger.notice("several buses are recorded: what goes over \(bus) is in \(path) now")
    file.path = path
    state.files.updateValue(file, forKey: bus)
  }

  /// ``ModbusDriver`` names its buses so.
  private static func framing(of bus: BusID) -> ModbusFraming {
    if bus.description.hasPrefix("tcp://") { return .tcp }
    return bus.description.hasPrefix("rtu+tcp://") ? .rtuOverTCP : .rtu
  }
}
