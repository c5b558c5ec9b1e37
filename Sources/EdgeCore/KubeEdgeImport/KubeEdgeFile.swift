import Foundation
import GRDB

/// KubeEdge's database, which may be in use and stays as it is: a copy is read.
struct KubeEdgeFile: Sendable {
  let path: String
  /// A folder for the copy, which is removed again.
  let workFolder: String

  /// Bytes that are copied at most.
  private static let maximumSize = 1 << 30
  /// How often a file that changes meanwhile is copied again.
  private static let attempts = 20

  private struct Stamp: Equatable {
    var modified: Date
    var size: Int
  }

  /// A transaction under way is in the one beside the database (the file's state before it) or in the other (the state after).
  private static let companions = ["-journal", "-wal"]

  var exists: Bool { access(path, F_OK) == 0 }

  /// - Throws: What keeps it from being read.
  func contents() async throws -> KubeEdgeContents {
    defer { try? FileManager.default.removeItem(atPath: workFolder) }
    let copy = try await copied()
    do {
      // SQLite undoes in the copy what KubeEdge hadn't finished.
      return try await DatabaseQueue(path: copy).read { try KubeEdgeContents($0) }
    } catch let error as DatabaseError {
      throw KubeEdgeContents.Unreadable("SQLite can't read it: \(error.message ?? "\(error.resultCode)")")
    }
  }

  private func copied() async throws -> String {
    let copy = workFolder + "/edgecore.db"
    for _ in 0..<Self.attempts {
      try? FileManager.default.removeItem(atPath: workFolder)
      try FileManager.default.createDirectory(
        atPath: workFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let before = stamps
      guard let size = before.first??.size, size <= Self.maximumSize else {
        throw KubeEdgeContents.Unreadable("it has more than \(Self.maximumSize >> 20) MiB")
      }
      for companion in [""] + Self.companions where access(path + companion, F_OK) == 0 {
        // Its journal may be gone by now; then the stamps differ.
        do {
          try FileManager.default.copyItem(atPath: path + companion, toPath: copy + companion)
        } catch  where companion != "" {}
      }
      if stamps == before { return copy }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw KubeEdgeContents.Unreadable("it changes all the time; stop KubeEdge's edgecore")
  }

  private var stamps: [Stamp?] {
    ([""] + Self.companions).map { companion in
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path + companion),
        let modified = attributes[.modificationDate] as? Date, let size = attributes[.size] as? Int
      else { return nil }
      return Stamp(modified: modified, size: size)
    }
  }
}
