internal import Glibc

/// Keeps file descriptors where `select()` reaches them.
///
/// libmodbus waits with `select()`, and glibc ends the process when that is given a descriptor of 1024 or more. So the
/// process's own limit is lowered to 1024, the number most systems start a program with anyway: the kernel then hands
/// out no such descriptor, and whoever asks for one too many gets an error instead.
enum DescriptorLimit {
  /// The first descriptor that `select()` can't wait for (FD_SETSIZE).
  static let selectable = 1024

  /// Lowers the limit where it is higher. Called before each connection is made, as somebody may have raised it again.
  static func lower() throws(ModbusError) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { throw failed(errno) }
    guard limit.rlim_cur > rlim_t(selectable) else { return }
    limit.rlim_cur = rlim_t(selectable)
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { throw failed(errno) }
  }

  private static func failed(_ number: Int32) -> ModbusError {
    ModbusError(
      .notConnected,
      "can't limit this process to \(selectable) open files (\(systemText(number))), and Modbus can't be spoken safely without")
  }
}
