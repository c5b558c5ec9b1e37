public import JSON

/// What every message starts with.
public struct Envelope: Sendable, Hashable {
  /// Names the request; its answer carries the same.
  public var eventID: String
  /// When it was sent, in milliseconds since 1970.
  public var timestamp: Int64

  /// Bytes that an `event_id` may have: it is kept to know a repetition by.
  public static let maximumEventID = 256

  /// An envelope.
  public init(eventID: String, timestamp: Int64) {
    self.eventID = eventID
    self.timestamp = timestamp
  }

  /// The envelope alone as a message: what `twin/get` and `membership/get` are.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 96)
    writer.envelope(eventID, timestamp)
    writer.raw("}")
    return writer.bytes
  }

  /// Reads the envelope of a message.
  ///
  /// - Throws: ``MessageError`` when a member has another type than KubeEdge's.
  public init(_ object: JSONObject) throws(MessageError) {
    switch object[ignoringCase: "event_id"] {
    case .string(let text)?:
      guard text.utf8.count <= Self.maximumEventID else {
        throw MessageError(path: "event_id", problem: "longer than \(Self.maximumEventID) bytes")
      }
      eventID = text
    case nil, .null?: eventID = ""
    case let other?: throw MessageError(path: "event_id", problem: "expected a string, found \(other.kind)")
    }
    switch object[ignoringCase: "timestamp"] {
    case nil, .null?: timestamp = 0
    case let other?:
      guard let number = other.integer else {
        throw MessageError(path: "timestamp", problem: "expected milliseconds as an integer, found \(other.kind)")
      }
      timestamp = number
    }
  }

  /// The JSON object that a payload is.
  ///
  /// - Parameter passedOver: A member that is of no interest.
  /// - Throws: ``MessageError`` when the payload isn't JSON, or no object.
  static func object(of payload: [UInt8], passingOver passedOver: String? = nil) throws(MessageError) -> JSONObject {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: payload, maximumDepth: 32, passingOver: passedOver)
    } catch {
      throw MessageError(problem: "the payload is not JSON: \(error)")
    }
    guard case .object(let object) = json else {
      throw MessageError(problem: "the payload is not a JSON object but \(json.kind)")
    }
    return object
  }

  /// The `event_id` of a payload whatever else is wrong with it, so that its refusal can be told apart.
  public static func eventID(in payload: [UInt8]) -> String {
    guard let json = try? JSONValue(parsing: payload, maximumDepth: 32) else { return "" }
    let eventID = json.object?[ignoringCase: "event_id"]?.string ?? ""
    return eventID.utf8.count <= maximumEventID ? eventID : ""
  }
}
