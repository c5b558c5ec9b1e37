/// A request to a mapper.
package struct RESTRequest: Sendable, Hashable {
  /// `GET`, `PUT`, …
  package var method: String
  /// The levels of the path, each decoded.
  package var path: [String]
  /// The query's items; an item without a value has the empty one.
  package var query: [String: String]
  /// The kind of body.
  package var contentType: String?
  /// The body.
  package var body: [UInt8]

  /// Characters that a path with its query may have.
  package static let maximumTarget = 8_192

  /// A request to a path, still encoded, with its query.
  ///
  /// - Throws: ``RESTError`` 400 or 414.
  package init(method: String, target: String, contentType: String? = nil, body: [UInt8] = []) throws(RESTError) {
    guard target.utf8.count <= Self.maximumTarget else {
      throw RESTError(414, "tooLong", "the path is longer than \(Self.maximumTarget) characters; put the value into the body")
    }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var path: [String] = []
    for level in parts[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      path.append(try Self.decoded(level, isQuery: false))
    }
    if path.last == "" { path.removeLast() }
    var query: [String: String] = [:]
    for item in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
      let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query[try Self.decoded(sides[0], isQuery: true)] = sides.count > 1 ? try Self.decoded(sides[1], isQuery: true) : ""
    }
    self.method = method
    self.path = path
    self.query = query
    self.contentType = contentType
    self.body = body
  }

  private static func decoded(_ text: Substring, isQuery: Bool) throws(RESTError) -> String {
    guard text.contains("%") || isQuery && text.contains("+") else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16), rest.first != UInt8(ascii: "+") else {
          throw RESTError(400, "malformed", "the path has a % without two hexadecimal digits")
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "+") where isQuery: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else { throw RESTError(400, "malformed", "the path is not UTF-8") }
    return decoded
  }
}
