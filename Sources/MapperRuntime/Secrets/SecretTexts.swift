package import DeviceAPI
package import Logging
internal import Synchronization

/// The secret texts that a mapper's devices are configured with, and that nothing it says may have.
package final class SecretTexts: Sendable {
  private let mask = Mutex(SecretMask())

  /// Nothing is secret yet.
  package init() {}

  /// Whether nothing is secret.
  package var isEmpty: Bool { mask.withLock { $0.isEmpty } }

  /// Takes secret texts.
  package func learn(_ secrets: [SecretText]) {
    if !secrets.isEmpty { mask.withLock { $0.learn(secrets) } }
  }

  /// A text with labels such as `(secret plc-login/password)` in the place of what is secret.
  package func masked(_ text: String) -> String { mask.withLock { $0.masked(text) } }

  /// A logger that leaves out what is secret.
  package func masking(_ logger: Logger) -> Logger {
    var handler = SecretLogHandler(logger.handler, self)
    handler.logLevel = logger.logLevel
    return Logger(label: logger.label) { _ in handler }
  }
}
