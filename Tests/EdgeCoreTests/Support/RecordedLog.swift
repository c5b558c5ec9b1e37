import Logging
import Synchronization

/// What was logged, a line each: level, message and metadata.
final class RecordedLog: Sendable {
  private let recorded = Mutex<[String]>([])

  var lines: [String] { recorded.withLock { $0 } }

  /// The lines that an operator should worry about.
  var complaints: [String] { lines.filter { $0.hasPrefix("error ") || $0.hasPrefix("warning ") } }

  /// Whether a line says all of that.
  func says(_ parts: String...) -> Bool { lines.contains { line in parts.allSatisfy { line.contains($0) } } }

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(log: self) }
    logger.logLevel = .debug
    return logger
  }

  private struct Handler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
      log.recorded.withLock { $0.append("\(event.level) \(event.message)\(pairs.joined())") }
    }
  }
}
