package import JSON

/// An answer of a mapper.
package struct RESTAnswer: Sendable, Hashable {
  /// The HTTP status.
  package var status: Int
  /// What the body is.
  package var contentType: String
  /// The body.
  package var body: [UInt8]
  /// The methods that the path takes, when the request's isn't one of them.
  package var allow: [String] = []

  /// Text.
  package init(_ status: Int, text: String, contentType: String = "text/plain; charset=utf-8") {
    self.status = status
    self.contentType = contentType
    body = Array(text.utf8)
  }

  /// A document in the envelope of mapper-framework: `apiVersion`, `statusCode`, `timeStamp`, and these members.
  ///
  /// - Parameter now: The time of day, in milliseconds since 1970.
  package init(_ status: Int, _ members: JSONValue, now: Int64) {
    var document = members
    document["apiVersion"] = "v1"
    document["statusCode"] = JSONValue(status)
    document["timeStamp"] = .string(Timestamp.rfc3339(now))
    self.status = status
    contentType = "application/json"
    body = document.serialized + [0x0A]
  }

  /// A refusal.
  package init(_ error: RESTError, now: Int64) {
    self.init(error.status, ["Message": .string(error.message), "Reason": .string(error.reason)], now: now)
    allow = error.allow
  }
}
