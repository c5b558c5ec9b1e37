import Glibc

/// Standard output or standard error.
struct Output: Sendable {
  /// Why nothing can be written.
  enum Failure: Error, CustomStringConvertible {
    /// The reader of the pipe is gone.
    case closed
    /// Another error, for instance a full disk.
    case system(String)

    var description: String {
      switch self {
      case .closed: "the output was closed"
      case .system(let why): "cannot write the output: \(why)"
      }
    }
  }

  static let standard = Output(descriptor: 1)
  static let error = Output(descriptor: 2)

  let descriptor: Int32

  /// Whether a person looks at it.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether colour is wanted: on a terminal that can, unless `NO_COLOR` is set.
  var hasColor: Bool { isTerminal && environment("NO_COLOR") == nil && environment("TERM") != "dumb" }

  /// Writes text as it is.
  func write(_ text: String) throws(Failure) {
    var text = text
    let code = text.withUTF8 { bytes -> Int32 in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[rest.indices]).baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return 0
    }
    if code == EPIPE { throw .closed }
    if code != 0 { throw .system(String(cString: strerror(code))) }
  }

  /// Writes a line that nobody has to see: when it can't be written, nothing happens.
  func note(_ line: String) { try? write(line + "\n") }

  /// The size of the terminal in characters; 80 by 24 when it doesn't tell.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
      return (Int(size.ws_col), Int(size.ws_row))
    }
    return (environment("COLUMNS").flatMap(Int.init) ?? 80, environment("LINES").flatMap(Int.init) ?? 24)
  }
}
