import Glibc

/// A serial line, opened raw.
struct SerialLine {
  /// What the server reads and writes.
  var descriptor: Int32
  /// The other end of a pseudo-terminal, held open: without it the server would see the line hang up whenever no client
  /// has it open.
  var held: Int32?
  /// Where a client opens it.
  var path: String
  /// A symbolic link to remove in the end.
  var link: String?

  /// Opens a device.
  static func open(_ path: String, _ settings: SerialSettings) throws(SimulatorError) -> SerialLine {
    let descriptor = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw SimulatorError(.cannotOpenLine, at: path, "cannot open: \(Descriptors.words(errno))") }
    do throws(SimulatorError) {
      try setUp(descriptor, path, settings)
    } catch {
      close(descriptor)
      throw error
    }
    return SerialLine(descriptor: descriptor, path: path)
  }

  /// Makes a pseudo-terminal.
  static func makePty(link: String?) throws(SimulatorError) -> SerialLine {
    let main = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard main >= 0 else { throw SimulatorError(.noResources, at: "/dev/ptmx", "no pseudo-terminal: \(Descriptors.words(errno))") }
    // TIOCSPTLCK and TIOCGPTN: what unlockpt and ptsname do, which Swift's Glibc doesn't show.
    var locked: Int32 = 0
    var number: UInt32 = 0
    guard ioctl(main, 0x4004_5431, &locked) == 0, ioctl(main, 0x8004_5430, &number) == 0 else {
      let code = errno
      close(main)
      throw SimulatorError(.noResources, at: "/dev/ptmx", "no pseudo-terminal: \(Descriptors.words(code))")
    }
    let path = "/dev/pts/\(number)"
    do throws(SimulatorError) {
      let held = try open(path, SerialSettings(baud: 0))
      if let link { try makeLink(link, to: path, closing: held.descriptor) }
      return SerialLine(descriptor: main, held: held.descriptor, path: link ?? path, link: link)
    } catch {
      close(main)
      throw error
    }
  }

  func closeAll() {
    if let link { unlink(link) }
    close(descriptor)
    if let held { close(held) }
  }

  private static func makeLink(_ link: String, to path: String, closing descriptor: Int32) throws(SimulatorError) {
    var status = stat()
    if lstat(link, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { unlink(link) }
    guard symlink(path, link) == 0 else {
      let code = errno
      close(descriptor)
      throw SimulatorError(.cannotOpenLine, at: link, "cannot make a symbolic link here: \(Descriptors.words(code))")
    }
  }

  private static func setUp(_ descriptor: Int32, _ path: String, _ settings: SerialSettings) throws(SimulatorError) {
    var options = termios()
    guard tcgetattr(descriptor, &options) == 0 else { throw SimulatorError(.cannotOpenLine, at: path, "is no serial line") }
    cfmakeraw(&options)
    options.c_cflag |= tcflag_t(CLOCAL | CREAD)
    options.c_cflag &= ~tcflag_t(PARENB | PARODD | CSTOPB)
    if settings.parity != .none { options.c_cflag |= tcflag_t(PARENB) }
    if settings.parity == .odd { options.c_cflag |= tcflag_t(PARODD) }
    if settings.stopBits == 2 { options.c_cflag |= tcflag_t(CSTOPB) }
    if settings.baud != 0 {
      guard let speed = speeds[settings.baud] else {
        let known = speeds.keys.sorted().map(String.init).joined(separator: ", ")
        throw SimulatorError(.cannotOpenLine, at: path, "\(settings.baud) bits per second is no standard speed; there are \(known)")
      }
      cfsetspeed(&options, speed_t(speed))
    }
    guard tcsetattr(descriptor, TCSANOW, &options) == 0 else {
      throw SimulatorError(.cannotOpenLine, at: path, "cannot set the line up: \(Descriptors.words(errno))")
    }
    tcflush(descriptor, TCIOFLUSH)
  }

  private static let speeds: [Int: Int32] = [
    1200: Int32(B1200), 2400: Int32(B2400), 4800: Int32(B4800), 9600: Int32(B9600), 19200: Int32(B19200), 38400: Int32(B38400),
    57600: Int32(B57600), 115200: Int32(B115200), 230400: Int32(B230400), 460800: Int32(B460800), 921600: Int32(B921600),
  ]
}
