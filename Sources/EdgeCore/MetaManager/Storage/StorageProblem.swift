import Foundation
import GRDB

/// Why the database couldn't be read or written, as far as that decides what to do.
package enum StorageProblem: Error, Sendable, Hashable {
  /// No space is left, or a quota is used up.
  case diskFull
  /// The file isn't what SQLite wrote.
  case damaged(String)
  /// The disk or its driver fails.
  case device(String)
  /// Anything else: permissions, another program that holds a lock.
  case other(String)

  /// - Parameter systemError: `errno` of the call that failed, where SQLite knows it.
  init(_ error: DatabaseError, systemError: Int32 = 0) {
    let text = error.message ?? "SQLite's error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull
    case .SQLITE_IOERR where [ENOSPC, EDQUOT, EFBIG].contains(systemError): self = .diskFull
    // A page that isn't all there, as in a file that was cut off, or that the disk can't read.
    case .SQLITE_IOERR where [.SQLITE_IOERR_SHORT_READ, .SQLITE_IOERR_READ].contains(error.extendedResultCode): self = .damaged(text)
    case .SQLITE_IOERR: self = .device(systemError == 0 ? text : "\(text): \(String(cString: strerror(systemError)))")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: self = .damaged(text)
    default: self = .other(text)
    }
  }

  /// What an operator and whoever sent an update is told.
  package func sentence(database path: String) -> String {
    switch self {
    case .diskFull: "the disk is full: \(path) can't take any more; free some space, edgecore goes on by itself"
    case .damaged(let text): "the database \(path) is damaged (\(text)); restart edgecore, it keeps what can still be read"
    case .device(let text): "the disk fails: \(path) can't be written (\(text))"
    case .other(let text): "the database \(path) can't be written: \(text)"
    }
  }
}
