import JSON

/// What a reference leads to.
enum ReferencedText: Hashable {
  /// The text.
  case found(String)
  /// The object or the key isn't there, as a sentence without its end.
  case missing(String)
  /// It is there, and can't be used; also for who could do without it.
  case unusable(String)

  init(_ reference: ValueReference, in object: ReferencedObject, _ content: ReferencedContent) {
    switch content {
    case .absent: self = .missing("there is no \(object), of which the key \(reference.key) is needed")
    case .unreadable(let problem): self = .unusable("the \(object), of which the key \(reference.key) is needed, can't be read: \(problem)")
    case .object(let document): self = .init(reference.key, of: object, document)
    }
  }

  private init(_ key: String, of object: ReferencedObject, _ document: JSONValue) {
    let noKey = Self.missing("the \(object) has no key \(key)")
    switch object.kind {
    case .configMap:
      if let text = document["data"]?[key]?.string {
        self = .found(text)
      } else {
        self = document["binaryData"]?[key] == nil ? noKey : .unusable("the key \(key) of the \(object) is binary data, and not text")
      }
    case .secret:
      // A Secret as it is written, and not yet as the API keeps it.
      if let text = document["stringData"]?[key]?.string {
        self = .found(text)
      } else if let encoded = document["data"]?[key]?.string {
        // An error with what it says would tell the secret.
        guard let bytes = Base64.decode(encoded), let text = String(validating: bytes, as: UTF8.self) else {
          self = .unusable("the key \(key) of the \(object) is not text in base64")
          return
        }
        self = .found(text)
      } else if document["data"]?.object?.isEmpty ?? true, document["stringData"]?.object?.isEmpty ?? true {
        self = .unusable(
          "the \(object), of which the key \(key) is needed, shows no data: it is empty, or the API hides it from clients without a "
            + "credential; then start edgecore with --meta-server-auth token and the mapper with --api-kubeconfig (docs/access.md), or "
            + "give the mapper the Device and the Secret in files (docs/mappers.md)")
      } else {
        self = noKey
      }
    }
  }
}
