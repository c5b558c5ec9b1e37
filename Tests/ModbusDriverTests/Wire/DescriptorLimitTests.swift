import Glibc
import ModbusDriver
import Testing

@Suite("File descriptors beyond the reach of select()")
struct DescriptorLimitTests {
  @Test("end no process: a connection is refused instead")
  func refused() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      limit.rlim_cur = limit.rlim_max
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      listen(server, 5)
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(server, $0, &length) }
      }
      let client = ModbusClient(line: .tcp(host: "127.0.0.1", port: UInt16(bigEndian: address.sin_port)))
      var spare: Int32 = -1
      while spare < 1100 {
        spare = dup(0)
        if spare < 0 { exit(3) }
      }
      do throws(ModbusError) {
        try client.open()
        exit(4)
      } catch {
        guard error.code == .notConnected, error.reason.contains("files are open") else { exit(5) }
      }
      // With room below, it can be made.
      for descriptor in Int32(900)..<910 { close(descriptor) }
      do { try client.open() } catch { exit(6) }
      exit(0)
    }
  }

  @Test("aren't handed out any more where the process is limited")
  func limited() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      limit.rlim_cur = limit.rlim_max
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      try ModbusDriver.limitOpenFiles()
      var last: Int32 = 0
      while case let descriptor = dup(0), descriptor >= 0 { last = descriptor }
      guard last == 1023, errno == EMFILE else { exit(3) }
      let client = ModbusClient(line: .tcp(host: "127.0.0.1", port: 1))
      do throws(ModbusError) {
        try client.open()
        exit(4)
      } catch {
        exit(error.code == .notConnected ? 0 : 5)
      }
    }
  }
}
