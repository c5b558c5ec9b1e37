internal import Glibc

/// A chip's lines, as the driver needs them: the seam between it and a version of libgpiod.
///
/// All calls to one chip and its requests are made one at a time.
protocol GPIOChip: AnyObject, Sendable {
  /// The chip's name, for instance `gpiochip0`.
  var name: String { get }
  /// The chip's label.
  var label: String { get }
  /// How many lines it has.
  var lineCount: Int { get }

  /// What the kernel says of a line.
  ///
  /// - Throws: ``GPIOError`` when there is no such line.
  func info(of offset: Int) throws(GPIOError) -> LineInfo

  /// Takes lines for this process.
  ///
  /// - Parameters:
  ///   - offsets: The lines, each at most once.
  ///   - settings: How all of them are used.
  ///   - levels: What each is set to, if they are outputs; `nil` leaves them as they are.
  /// - Throws: ``GPIOError`` that says who has a line that is in use.
  func request(
    _ offsets: [Int], _ settings: LineSettings, levels: [Bool]?, consumer: String
  ) throws(GPIOError) -> any LineRequest

  /// Lets go of the chip; its requests are released before.
  func close()
}

/// Lines that this process has.
protocol LineRequest: AnyObject, Sendable {
  /// The levels of all lines, at the same moment.
  func levels() throws(GPIOError) -> [Bool]

  /// Sets all lines, at the same moment.
  func set(_ levels: [Bool]) throws(GPIOError)

  /// The descriptors that become readable when edges wait, each with the place of its line; none without edges.
  var descriptors: [(descriptor: Int32, line: Int)] { get }

  /// The most edges of a line that wait; what comes then is lost.
  var queueLength: Int { get }

  /// Takes edges of a line that wait, in order, up to ``queueLength``; called when its descriptor is readable.
  func edges(of line: Int) throws(GPIOError) -> [EdgeEvent]

  /// Gives the lines back.
  func release()
}

extension LineRequest {
  /// Whether edges wait.
  var hasEdges: Bool {
    var polled = descriptors.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    return poll(&polled, nfds_t(polled.count), 0) > 0
  }
}

/// How lines are used.
struct LineSettings: Sendable, Hashable {
  /// Whether they are driven.
  var isOutput: Bool
  /// Whether a low level is active.
  var activeLow = false
  /// What open lines are held at.
  var bias = GPIOVisitor.Bias.asIs
  /// How outputs are driven.
  var drive = GPIOVisitor.Drive.pushPull
  /// Whether edges are told.
  var detectsEdges = false
}

/// What the kernel says of a line.
struct LineInfo: Sendable, Hashable {
  /// Its place on the chip.
  var offset: Int
  /// Its name, if the board gives it one.
  var name: String?
  /// Who uses it, if somebody does.
  var consumer: String?
  /// Whether somebody uses it.
  var isUsed: Bool
  /// Whether it is driven.
  var isOutput: Bool
  /// Whether a low level is active.
  var isActiveLow: Bool
}

/// A change of a line.
struct EdgeEvent: Sendable, Hashable {
  /// Whether the line became active.
  var isRising: Bool
  /// When, by the kernel's monotonic clock, in nanoseconds.
  var time: Int64
}
