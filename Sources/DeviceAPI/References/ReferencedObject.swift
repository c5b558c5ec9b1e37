public import JSON

/// A Secret or a ConfigMap that configurations of devices refer to.
public struct ReferencedObject: Sendable, Hashable, CustomStringConvertible {
  /// What it is.
  public var kind: ValueReference.Kind
  /// Its namespace: that of the devices.
  public var namespace: String
  /// Its name.
  public var name: String

  /// An object.
  public init(kind: ValueReference.Kind, namespace: String, name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// The object that a document describes; `nil` when that is no Secret or ConfigMap, or has no name.
  public init?(_ document: JSONValue) {
    guard document["apiVersion"] == "v1", let kind = document["kind"]?.string.flatMap({ ValueReference.Kind(rawValue: $0) }),
      let name = document.at("metadata", "name")?.nonEmptyString
    else { return nil }
    self.init(kind: kind, namespace: document.at("metadata", "namespace")?.nonEmptyString ?? "default", name: name)
  }

  /// For instance `Secret default/plc-login`.
  public var description: String { "\(kind.rawValue) \(namespace)/\(name)" }
}

/// What is known of a ``ReferencedObject``.
public enum ReferencedContent: Sendable, Hashable {
  /// It is there.
  case object(JSONValue)
  /// It isn't there.
  case absent
  /// It can't be told, and why.
  case unreadable(String)
}
