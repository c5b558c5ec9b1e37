internal import Glibc

/// A serial port held for this process alone.
///
/// The lock is taken before the port's settings are touched, and the kernel takes it back however the process ends.
final class PortLock {
  private let descriptor: Int32

  /// Holds a port.
  ///
  /// - Throws: A ``ModbusError`` that names the port, and what to do.
  init(path: String) throws(ModbusError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.problem(with: path, errno) }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else { throw ModbusError(.notConnected, "\(path) is a directory, not a serial port") }
    guard kind == S_IFCHR else { throw ModbusError(.notConnected, "\(path) is not a serial port") }
    descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.problem(with: path, errno) }
    guard isatty(descriptor) == 1 else {
      close(descriptor)
      throw ModbusError(.notConnected, "\(path) is not a serial port")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      throw Self.problem(with: path, number == EWOULDBLOCK ? EBUSY : number)
    }
  }

  deinit {
    // Closing alone would leave it to a child that is being started and has the descriptor until it runs its program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Keeps programs from opening the port that know no locks (all but root's).
  ///
  /// A pseudo-terminal keeps the mark until its other end is closed too, even beyond a killed process, which would lock
  /// itself out; there the lock has to do.
  static func refuseOthers(on descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, !isPseudoTerminal(status.st_rdev) else { return }
    _ = ioctl(descriptor, UInt(TIOCEXCL), 0)
  }

  /// Takes back what ``refuseOthers(on:)`` did.
  static func admitOthers(on descriptor: Int32) { _ = ioctl(descriptor, UInt(TIOCNXCL), 0) }

  /// Unix98 pseudo-terminals have the major numbers 136 to 143 (Documentation/admin-guide/devices.txt of Linux).
  static func isPseudoTerminal(_ device: dev_t) -> Bool { (136...143).contains(device >> 8 & 0xFFF) }

  /// An error number of opening a port, in words that say what to do.
  static func problem(with path: String, _ number: Int32) -> ModbusError {
    switch number {
    case ENOENT, ENODEV, ENXIO:
      ModbusError(.notConnected, "there is no serial port \(path): is its adapter plugged in? /dev/serial/by-id lists those that are")
    case EBUSY: ModbusError(.portInUse, "the serial port \(path) is used by another program: end that first (fuser -v \(path) names it)")
    case EACCES, EPERM:
      ModbusError(.notConnected, "the serial port \(path) may not be opened by this user: add it to the port's group, dialout as a rule")
    case ENOTTY: ModbusError(.notConnected, "\(path) is not a serial port")
    case EMFILE, ENFILE: ModbusError(.notConnected, "the serial port \(path) can't be opened: too many files are open")
    default: ModbusError(.notConnected, "the serial port \(path) can't be opened: \(systemText(number))")
    }
  }
}
