import Glibc

/// Files of a few kilobytes: tokens, authorities, kubeconfigs.
enum SmallFile {
  /// Bytes that such a file may have.
  private static let limit = 1 << 20

  /// - Throws: ``APIError`` with code `invalidAccess`, the file, and why it can't be read.
  static func read(_ path: String, server: String) throws(APIError) -> [UInt8] {
    func failure(_ why: String) -> APIError { APIError(.invalidAccess, server: server, "can't read \(path): \(why)") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno)).lowercased()) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return content }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw failure(String(cString: strerror(errno)).lowercased())
      }
      content += buffer[..<count]
      guard content.count <= limit else { throw failure("it is larger than \(limit) bytes") }
    }
  }
}
