internal import Glibc

/// Why the HTTP API can't be served.
package struct RESTServerError: Error, Hashable, CustomStringConvertible {
  /// The port that was asked for.
  package let port: Int
  /// The system's error number.
  package let errno: Int32

  package init(port: Int, errno: Int32) {
    self.port = port
    self.errno = errno
  }

  /// What is in the way, and what to do.
  package var description: String {
    "cannot serve the REST API on http://127.0.0.1:\(port): \(String(cString: strerror(errno)).lowercased()); "
      + "choose another port with \(MapperOption.httpPort.flag), or none with \(MapperOption.httpPort.flag) off"
  }
}
