import Glibc

/// What the system says of this process, in the names that Prometheus' own clients use.
public enum ProcessMetrics {
  /// Read now; what can't be read is left out.
  public static var current: [PrometheusSample] {
    var metrics: [PrometheusSample] = []
    // After the command's name, which may hold anything: state, parent, …; processor times are the 12th and 13th, memory the 22nd.
    let fields = read("/proc/self/stat").map { $0[($0.lastIndex(of: ")") ?? $0.startIndex)...].split(separator: " ").dropFirst() } ?? []
    let values = fields.map { Double($0) ?? 0 }
    guard values.count > 21 else { return metrics }
    let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    metrics.append(PrometheusSample("process_cpu_seconds_total", (values[11] + values[12]) / ticks))
    metrics.append(PrometheusSample("process_resident_memory_bytes", values[21] * Double(sysconf(Int32(_SC_PAGESIZE)))))
    metrics.append(PrometheusSample("process_threads", values[17]))
    if let boot = read("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }).flatMap({ Double($0.dropFirst(6)) }) {
      metrics.append(PrometheusSample("process_start_time_seconds", boot + values[19] / ticks))
    }
    return metrics
  }

  private static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while bytes.count < 1 << 20 {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension ProcessMetrics {
  /// What these metrics mean, by their names.
  public static let help = [
    "process_cpu_seconds_total": "Processor time of the process, in seconds.",
    "process_resident_memory_bytes": "Memory of the process that is in use, in bytes.",
    "process_start_time_seconds": "When the process began, in seconds since 1970.",
    "process_threads": "Threads of the process.",
  ]
}
