internal import CGPIOD
internal import Glibc

/// Lines whose edges are told, each a request of its own, as libgpiod 1.6 has it.
///
/// `@unchecked Sendable` holds for the reason ``LibgpiodChip`` gives: one call at a time.
final class LibgpiodEdgeRequest: LineRequest, @unchecked Sendable {
  /// The kernel's `GPIO_V1` events wait in a queue of this length, which keeps the oldest.
  let queueLength = 16

  /// The lines are the chip's memory.
  private let chip: LibgpiodChip
  private let lines: [OpaquePointer]
  private var isReleased = false

  init(
    _ chip: LibgpiodChip, _ lines: [OpaquePointer], _ settings: LineSettings, consumer: String, failed: (Int32) -> GPIOError
  ) throws(GPIOError) {
    var taken: [OpaquePointer] = []
    for line in lines {
      let result = consumer.withCString { consumer in
        var config = gpiod_line_request_config(
          consumer: consumer, request_type: Int32(GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES), flags: Int32(settings.libgpiodFlags))
        return gpiod_line_request(line, &config, 0)
      }
      guard result == 0 else {
        let code = errno
        for line in taken { gpiod_line_release(line) }
        throw failed(code)
      }
      taken.append(line)
    }
    self.chip = chip
    self.lines = lines
  }

  deinit { release() }

  func levels() throws(GPIOError) -> [Bool] {
    var levels: [Bool] = []
    for line in lines {
      let value = gpiod_line_get_value(line)
      guard value >= 0 else { throw GPIOError("can't read line \(gpiod_line_offset(line))", errno: errno) }
      levels.append(value != 0)
    }
    return levels
  }

  func set(_ levels: [Bool]) throws(GPIOError) { throw GPIOError("the lines are inputs") }

  var descriptors: [(descriptor: Int32, line: Int)] {
    lines.indices.map { (gpiod_line_event_get_fd(lines[$0]), $0) }
  }

  func edges(of line: Int) throws(GPIOError) -> [EdgeEvent] {
    var events = [gpiod_line_event](repeating: gpiod_line_event(), count: queueLength)
    let count = gpiod_line_event_read_multiple(lines[line], &events, UInt32(events.count))
    guard count >= 0 else { throw GPIOError("can't take edges of line \(gpiod_line_offset(lines[line]))", errno: errno) }
    return events.prefix(Int(count)).map { event in
      EdgeEvent(
        isRising: event.event_type == GPIOD_LINE_EVENT_RISING_EDGE,
        time: Int64(event.ts.tv_sec) * 1_000_000_000 + Int64(event.ts.tv_nsec))
    }
  }

  func release() {
    guard !isReleased else { return }
    isReleased = true
    for line in lines { gpiod_line_release(line) }
  }
}
