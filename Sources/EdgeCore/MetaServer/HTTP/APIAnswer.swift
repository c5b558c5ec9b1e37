package import JSON

/// What a request is answered with.
package struct APIAnswer: Sendable {
  package enum Body: Sendable {
    case json(JSONValue)
    case text(String)
  }

  package var code: Int
  package var body: Body
  /// Sentences for the person behind the client, sent as `Warning` headers.
  package var warnings: [String] = []
  package var contentType: String?

  package init(_ code: Int = 200, _ body: Body, warnings: [String] = [], contentType: String? = nil) {
    self.code = code
    self.body = body
    self.warnings = warnings
    self.contentType = contentType
  }

  package init(_ status: APIStatus) { self.init(status.code, .json(status.json)) }
}
