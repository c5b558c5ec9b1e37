internal import CGPIOD
internal import Glibc

/// Lines without edges, of which libgpiod 1.6 makes one request.
///
/// `@unchecked Sendable` holds for the reason ``LibgpiodChip`` gives: one call at a time.
final class LibgpiodRequest: LineRequest, @unchecked Sendable {
  /// The lines are the chip's memory.
  private let chip: LibgpiodChip
  private var bulk: gpiod_line_bulk
  private let count: Int
  private var isReleased = false

  init(
    _ chip: LibgpiodChip, _ lines: [OpaquePointer], _ settings: LineSettings, levels: [Bool]?, consumer: String,
    failed: (Int32) -> GPIOError
  ) throws(GPIOError) {
    self.chip = chip
    bulk = gpiod_line_bulk()
    gpiod_line_bulk_init(&bulk)
    for line in lines { gpiod_line_bulk_add(&bulk, line) }
    count = lines.count
    // A line that is an output already goes on with its level: it is taken as it is, read, and only then made ours.
    let type =
      settings.isOutput
      ? (levels == nil ? GPIOD_LINE_REQUEST_DIRECTION_AS_IS : GPIOD_LINE_REQUEST_DIRECTION_OUTPUT) : GPIOD_LINE_REQUEST_DIRECTION_INPUT
    let flags = settings.isOutput && levels == nil ? 0 : settings.libgpiodFlags
    let values = (levels ?? []).map { Int32($0 ? 1 : 0) } + [0]
    let result = consumer.withCString { consumer in
      var config = gpiod_line_request_config(consumer: consumer, request_type: Int32(type), flags: Int32(flags))
      return gpiod_line_request_bulk(&bulk, &config, values)
    }
    guard result == 0 else { throw failed(errno) }
    guard settings.isOutput, levels == nil else { return }
    do {
      try keepLevels(lines, settings)
    } catch {
      gpiod_line_release_bulk(&bulk)
      throw error
    }
  }

  deinit { release() }

  /// Makes outputs of lines without a change of their levels; of those that were inputs, inactive ones.
  private func keepLevels(_ lines: [OpaquePointer], _ settings: LineSettings) throws(GPIOError) {
    let wereOutputs = lines.map { gpiod_line_direction($0) == GPIOD_LINE_DIRECTION_OUTPUT }
    // Read as high and low, as they were taken without any flags.
    let high = try levels()
    let active = zip(high, wereOutputs).map { high, wasOutput in wasOutput ? high != settings.activeLow : false }
    let values = active.map { Int32($0 ? 1 : 0) }
    let result = gpiod_line_set_config_bulk(
      &bulk, Int32(GPIOD_LINE_REQUEST_DIRECTION_OUTPUT), Int32(settings.libgpiodFlags), values)
    guard result == 0 else { throw GPIOError("can't make outputs of the lines", errno: errno) }
  }

  func levels() throws(GPIOError) -> [Bool] {
    var values = [Int32](repeating: 0, count: count)
    guard gpiod_line_get_value_bulk(&bulk, &values) == 0 else { throw GPIOError("can't read the lines", errno: errno) }
    return values.map { $0 != 0 }
  }

  func set(_ levels: [Bool]) throws(GPIOError) {
    let values = levels.map { Int32($0 ? 1 : 0) }
    guard gpiod_line_set_value_bulk(&bulk, values) == 0 else { throw GPIOError("can't set the lines", errno: errno) }
  }

  var descriptors: [(descriptor: Int32, line: Int)] { [] }

  let queueLength = 0

  func edges(of line: Int) throws(GPIOError) -> [EdgeEvent] { [] }

  func release() {
    guard !isReleased else { return }
    isReleased = true
    gpiod_line_release_bulk(&bulk)
  }
}

extension LineSettings {
  /// The settings as libgpiod's flags.
  var libgpiodFlags: UInt32 {
    var flags: UInt32 = 0
    if activeLow { flags |= UInt32(GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW) }
    if isOutput {
      switch drive {
      case .pushPull: break
      case .openDrain: flags |= UInt32(GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN)
      case .openSource: flags |= UInt32(GPIOD_LINE_REQUEST_FLAG_OPEN_SOURCE)
      }
    }
    switch bias {
    case .asIs: break
    case .pullUp: flags |= UInt32(GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP)
    case .pullDown: flags |= UInt32(GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN)
    case .disable: flags |= UInt32(GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE)
    }
    return flags
  }
}
