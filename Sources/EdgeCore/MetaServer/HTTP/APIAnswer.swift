package import JSON

/// What a request is answered with.
package struct APIAnswer: Sendable {
  package enum Body: Sendable {
    case json(JSONValue)
    case list(ListBody)
    case text(String)
  }

  /// Warnings that an answer has, and bytes of one and of all: clients read no more than some headers.
  private static let maximumWarnings = 30
  private static let maximumWarningBytes = 512
  private static let maximumWarningsBytes = 4_000

  package var code: Int
  package var body: Body
  /// Sentences for the person behind the client, sent as `Warning` headers.
  package var warnings: [String] = []
  package var contentType: String?
  /// How long a client should wait before it tries again, in seconds.
  package var retryAfterSeconds: Int?

  package init(_ code: Int = 200, _ body: Body, warnings: [String] = [], contentType: String? = nil) {
    self.code = code
    self.body = body
    self.warnings = warnings
    self.contentType = contentType
  }

  /// Adds warnings that aren't there yet; of very many, the last says how many more there are.
  package mutating func warn(_ sentences: [String]) {
    var seen = Set(warnings)
    var bytes = 0
    var more = 0
    for sentence in sentences where seen.insert(sentence).inserted {
      let text = sentence.utf8.count > Self.maximumWarningBytes ? sentence.prefix(Self.maximumWarningBytes / 4) + "..." : sentence
      bytes += text.utf8.count
      if more == 0, warnings.count < Self.maximumWarnings - 1, bytes <= Self.maximumWarningsBytes {
        warnings.append(text)
      } else {
        more += 1
      }
    }
    if more > 0 { warnings.append("and \(more) more warnings") }
  }

  package init(_ status: APIStatus) {
    self.init(status.code, .json(status.json))
    retryAfterSeconds = status.retryAfterSeconds
  }
}
