internal import Logging

/// Hands on what is logged without what is secret.
struct SecretLogHandler: LogHandler {
  private var base: any LogHandler
  private let secrets: SecretTexts

  init(_ base: any LogHandler, _ secrets: SecretTexts) {
    self.base = base
    self.secrets = secrets
    metadata = base.metadata
  }

  var metadata: Logger.Metadata

  var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var (event, base) = (event, base)
    guard !secrets.isEmpty else {
      base.metadata = metadata
      return base.log(event: event)
    }
    // Its text may have anything.
    if let error = event.error {
      event.message = "\(event.message.description): \(String(describing: error))"
      event.error = nil
    }
    event.message = "\(secrets.masked(event.message.description))"
    event.metadata = event.metadata.map { $0.mapValues(masked) }
    base.metadata = metadata.mapValues(masked)
    base.log(event: event)
  }

  private func masked(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
    switch value {
    case .string(let text): .string(secrets.masked(text))
    case .stringConvertible(let value): .string(secrets.masked(value.description))
    case .dictionary(let members): .dictionary(members.mapValues(masked))
    case .array(let elements): .array(elements.map(masked))
    }
  }
}
