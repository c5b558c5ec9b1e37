internal import CGPIOD
internal import Glibc

/// A chip through libgpiod 1.6.
///
/// `@unchecked Sendable` holds because libgpiod's chip is only touched in calls that the driver makes one at a time, under its
/// lock (see ``GPIOChip``), and the pointer itself changes only in ``close()``, which is the last of them.
final class LibgpiodChip: GPIOChip, @unchecked Sendable {
  private var chip: OpaquePointer?
  let name: String
  let label: String
  let lineCount: Int

  /// Opens a chip.
  ///
  /// - Parameter path: For instance `/dev/gpiochip0`.
  init(path: String) throws(GPIOError) {
    guard let chip = gpiod_chip_open(path) else { throw GPIOError("can't open the GPIO chip \(path)", errno: errno) }
    self.chip = chip
    name = String(cString: gpiod_chip_name(chip))
    label = String(cString: gpiod_chip_label(chip))
    lineCount = Int(gpiod_chip_num_lines(chip))
  }

  deinit { close() }

  func close() {
    guard let chip else { return }
    gpiod_chip_close(chip)
    self.chip = nil
  }

  func line(_ offset: Int) throws(GPIOError) -> OpaquePointer {
    guard (0..<lineCount).contains(offset) else {
      throw GPIOError("\(name) (\(label)) has no line \(offset): its lines are 0 to \(lineCount - 1)")
    }
    guard let chip, let line = gpiod_chip_get_line(chip, UInt32(offset)) else {
      throw GPIOError("can't get line \(offset) of \(name)", errno: errno)
    }
    return line
  }

  func info(of offset: Int) throws(GPIOError) -> LineInfo {
    let line = try line(offset)
    guard gpiod_line_update(line) == 0 else { throw GPIOError("can't ask for line \(offset) of \(name)", errno: errno) }
    return LineInfo(
      offset: offset, name: gpiod_line_name(line).map { String(cString: $0) },
      consumer: gpiod_line_consumer(line).map { String(cString: $0) }, isUsed: gpiod_line_is_used(line),
      isOutput: gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT,
      isActiveLow: gpiod_line_active_state(line) == GPIOD_LINE_ACTIVE_STATE_LOW)
  }

  func request(
    _ offsets: [Int], _ settings: LineSettings, levels: [Bool]?, consumer: String
  ) throws(GPIOError) -> any LineRequest {
    var lines: [OpaquePointer] = []
    for offset in offsets { lines.append(try line(offset)) }
    // Edges need a request a line; levels of one request are read and set at the same moment.
    if settings.detectsEdges {
      return try LibgpiodEdgeRequest(self, lines, settings, consumer: consumer, failed: { self.failure($0, offsets) })
    }
    return try LibgpiodRequest(self, lines, settings, levels: levels, consumer: consumer, failed: { self.failure($0, offsets) })
  }

  /// Why lines can't be had: who has them, if somebody does.
  private func failure(_ code: Int32, _ offsets: [Int]) -> GPIOError {
    for offset in offsets where code == EBUSY {
      guard let info = try? info(of: offset), info.isUsed else { continue }
      let user = info.consumer.map { "\"\($0)\"" } ?? "somebody who doesn't say who"
      return GPIOError("line \(offset) of \(name) is used by \(user)", isBusy: true)
    }
    let list = offsets.map(String.init).joined(separator: ", ")
    return GPIOError("can't take line \(list) of \(name)", errno: code)
  }
}
