import Logging
import Synchronization
import TestSupport

/// Keeps what is logged.
final class LogLines: LogHandler, Sendable {
  private let kept = Mutex<[String]>([])
  var lines: [String] { kept.withLock { $0 } }

  /// A logger that ends up here.
  var logger: Logger { Logger(label: "mapper") { _ in self } }

  /// Waits until a line was logged that contains a text.
  @discardableResult
  func line(with text: String) async throws -> String {
    try await eventually("a line with \(text)", observing: { lines.first { $0.contains(text) } ?? "" }, until: { !$0.isEmpty })
  }

  func log(event: LogEvent) { kept.withLock { $0.append("\(event.level) \(event.message)") } }

  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .debug }
    set {}
  }
}
