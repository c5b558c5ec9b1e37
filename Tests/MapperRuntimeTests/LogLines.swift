import Logging
import Synchronization
import TestSupport

/// Keeps what is logged.
final class LogLines: LogHandler, Sendable {
  private let kept = Mutex<[String]>([])
  private let current = Mutex<Logger.Metadata>([:])
  private let keptMetadata = Mutex<[Logger.Metadata]>([])
  var lines: [String] { kept.withLock { $0 } }

  /// What was logged beside the lines. Of loggers at the same time one may have the other's.
  var lineMetadata: [Logger.Metadata] { keptMetadata.withLock { $0 } }

  /// A logger that ends up here.
  var logger: Logger { Logger(label: "mapper") { _ in self } }

  /// Waits until a line was logged that contains a text.
  @discardableResult
  func line(with text: String) async throws -> String {
    try await eventually("a line with \(text)", observing: { lines.first { $0.contains(text) } ?? "" }, until: { !$0.isEmpty })
  }

  func log(event: LogEvent) {
    kept.withLock { $0.append("\(event.level) \(event.message)") }
    let metadata = current.withLock { $0 }.merging(event.metadata ?? [:]) { $1 }
    keptMetadata.withLock { $0.append(metadata) }
  }

  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }
  var metadata: Logger.Metadata {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
  var logLevel: Logger.Level {
    get { .debug }
    set {}
  }
}
