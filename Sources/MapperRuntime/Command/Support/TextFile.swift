internal import Glibc

/// Reads small files as a whole.
enum TextFile {
  /// Why a file can't be read.
  struct Failure: Error, CustomStringConvertible {
    /// `errno`.
    let number: Int32
    let description: String
  }

  /// - Parameter limit: Bytes that it may have.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(limit + 1, 65_536))
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw failure(errno) }
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
    throw Failure(number: EFBIG, description: "it is larger than \(limit) bytes")
  }

  private static func failure(_ number: Int32) -> Failure { Failure(number: number, description: String(cString: strerror(number))) }
}
