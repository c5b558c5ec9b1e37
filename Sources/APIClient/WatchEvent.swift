public import JSON

/// One event of a watch.
public struct WatchEvent: Sendable, Hashable {
  /// What happened to the object. The set is open: compare with the constants.
  public struct Kind: Sendable, Hashable, CustomStringConvertible {
    /// The word on the wire, for instance `ADDED`.
    public let description: String

    /// A kind from the word on the wire.
    public init(_ word: String) { description = word }

    /// The object is new, or new to this watch.
    public static let added = Kind("ADDED")
    /// The object changed.
    public static let modified = Kind("MODIFIED")
    /// The object is gone.
    public static let deleted = Kind("DELETED")
    /// Nothing happened; the object carries the resource version reached.
    public static let bookmark = Kind("BOOKMARK")
    /// The watch failed; the object is a `Status`.
    public static let error = Kind("ERROR")
  }

  /// What happened.
  public let type: Kind
  /// The object as it is after the event, or as it last was when it was deleted.
  public let object: JSONValue

  /// An event.
  public init(type: Kind, object: JSONValue) {
    self.type = type
    self.object = object
  }

  /// The event as one line of a watch's answer.
  ///
  /// - Throws: ``APIError`` with code `malformedResponse`.
  init(line: [UInt8], server: String) throws(APIError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: line)
    } catch {
      throw APIError(.malformedResponse, server: server, "an event from the API server at \(server) is not JSON: \(error)")
    }
    guard let word = value["type"]?.string, let object = value["object"] else {
      throw APIError(.malformedResponse, server: server, "an event from the API server at \(server) lacks its type or object")
    }
    type = Kind(word)
    self.object = object
  }

  /// The object's `metadata.resourceVersion`.
  public var resourceVersion: String? { object.at("metadata", "resourceVersion")?.string }

  /// The error that an event of type ``Kind/error`` carries.
  func error(server: String) -> APIError {
    APIError(server: server, status: Int(clamping: object["code"]?.integer ?? 500), object: object)
  }
}
