internal import Glibc

/// Keeps file descriptors where `select()` reaches them.
///
/// libmodbus waits with `select()`, and glibc ends the process when that is given a descriptor of 1024 or more.
enum DescriptorLimit {
  /// The first descriptor that `select()` can't wait for (FD_SETSIZE).
  static let selectable = 1024
  /// How many other descriptors may be opened elsewhere in the process between a look and a connection.
  private static let margin = 64

  /// Makes the kernel hand out no descriptor that `select()` can't wait for; whoever asks for one too many gets an error.
  static func lower() throws(ModbusError) {
    var limit = try current()
    guard limit.rlim_cur > rlim_t(selectable) else { return }
    limit.rlim_cur = rlim_t(selectable)
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw failed("can't limit this process to \(selectable) open files: \(systemText(errno))")
    }
  }

  /// Makes sure that the next descriptor is one that `select()` can wait for.
  ///
  /// Where the process's own limit says so, nothing has to be looked at. Else the kernel, which always hands out the
  /// lowest that is free, is asked for one, well below the end.
  static func check() throws(ModbusError) {
    guard try current().rlim_cur > rlim_t(selectable) else { return }
    let next = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard next >= 0 else { throw failed("can't open anything: \(systemText(errno))") }
    close(next)
    guard next < selectable - margin else {
      throw failed("\(next) files are open in this process, and Modbus is spoken safely with up to \(selectable - margin) only")
    }
  }

  private static func current() throws(ModbusError) -> rlimit {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw failed("can't find out how many files this process may open: \(systemText(errno))")
    }
    return limit
  }

  private static func failed(_ reason: String) -> ModbusError { ModbusError(.notConnected, reason) }
}

extension ModbusDriver {
  /// Limits this process to 1024 open files, beyond which libmodbus, which waits with `select()`, would end it.
  ///
  /// To be called once at the start of a process whose business is Modbus. Without it a connection is refused when about
  /// so many files are open.
  ///
  /// - Throws: An error that says what is in the way.
  public static func limitOpenFiles() throws { try DescriptorLimit.lower() }
}
