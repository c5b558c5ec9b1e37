internal import Glibc
internal import MapperSDK

/// Why something with lines didn't work.
struct GPIOError: Error, Hashable, CustomStringConvertible {
  /// A sentence for the user.
  let description: String
  /// Whether the chip is gone.
  let isChipGone: Bool
  /// Whether the line is somebody else's now, and may be free later.
  let isBusy: Bool

  init(_ description: String, isChipGone: Bool = false, isBusy: Bool = false) {
    self.description = description
    self.isChipGone = isChipGone
    self.isBusy = isBusy
  }

  /// What a system call's error number says.
  init(_ what: String, errno code: Int32) {
    let hint = code == EACCES || code == EPERM ? " (may this user? On most systems the group gpio may)" : ""
    self.init("\(what): \(Self.text(code))\(hint)", isChipGone: code == ENODEV || code == ENXIO, isBusy: code == EBUSY)
  }

  static func text(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    _ = strerror_r(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The error as the framework knows it: a line that somebody else has may be had later.
  var readingError: ReadingError {
    if isChipGone { return ReadingError(.notConnected, description) }
    return isBusy ? ReadingError("lineBusy", description, isTransient: true) : ReadingError(.failed, description)
  }
}
