public import JSON

/// What a follower of a collection learns.
public enum ResourceChange: Sendable, Hashable {
  /// These are all objects now: the first news, and again whenever changes may have been missed.
  case reset([JSONValue])
  /// The object is new or has changed.
  case changed(JSONValue)
  /// The object is gone; this is how it last was.
  case removed(JSONValue)
  /// The server can't be reached, or doesn't answer as it should. A ``reset(_:)`` follows when it does again.
  case disconnected(APIError)
}
