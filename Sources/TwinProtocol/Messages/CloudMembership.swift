import JSON

/// What the cloud says of the node's devices: which came and went, or all there are (KubeEdge's `membership` and
/// `membership/detail`).
public struct CloudMembership: Sendable, Hashable {
  /// A device as the cloud describes it.
  public struct Entry: Sendable, Hashable {
    /// Which device: `namespace/name`, or before KubeEdge 1.17 the name alone.
    public var id: DeviceID
    /// What it is, in words.
    public var description: String?
    /// What the cloud takes its state to be.
    public var state: String?
    /// What the cloud says of it beside its twin; all there is, so what isn't named is gone.
    public var attributes: AttributesUpdate
    /// The twin's values and versions; `nil` where the cloud says nothing of them.
    public var twin: TwinUpdate?
  }

  /// Devices that are the node's now, or all that are.
  public var devices: [Entry]
  /// Devices that aren't the node's any more.
  public var removed: [DeviceID]
  /// Entries that can't be read, and why; they are passed over.
  public var malformed: [MessageError] = []

  /// Reads the message.
  ///
  /// - Throws: ``MessageError`` when the message as a whole is none.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    let envelope = try Envelope(object)
    (devices, removed) = ([], [])
    for key in ["added_devices", "devices"] {
      for (index, entry) in try Self.list(object, key).enumerated() {
        do throws(MessageError) {
          devices.append(try Entry(json: entry, path: "\(key)[\(index)]", timestamp: envelope.timestamp))
        } catch {
          malformed.append(error)
        }
      }
    }
    for (index, entry) in try Self.list(object, "removed_devices").enumerated() {
      do throws(MessageError) {
        removed.append(try DeviceID(json: entry, path: "removed_devices[\(index)]"))
      } catch {
        malformed.append(error)
      }
    }
  }

  private static func list(_ object: JSONObject, _ key: String) throws(MessageError) -> [JSONValue] {
    switch object[ignoringCase: key] {
    case .array(let entries)?: return entries
    case nil, .null?: return []
    case let other?: throw MessageError(path: key, problem: "expected an array or null, found \(other.kind)")
    }
  }
}

extension CloudMembership.Entry {
  init(json: JSONValue, path: String, timestamp: Int64) throws(MessageError) {
    id = try DeviceID(json: json, path: path)
    let object = json.object
    description = object?[ignoringCase: "description"]?.string
    state = object?[ignoringCase: "state"]?.string
    // KubeEdge names no event where a whole device came.
    let envelope = Envelope(eventID: "", timestamp: timestamp)
    attributes = AttributesUpdate(envelope: envelope, json: object?[ignoringCase: "attributes"], path: "\(path).attributes")
    if let json = object?[ignoringCase: "twin"], !json.isNull {
      twin = try TwinUpdate(envelope: envelope, twin: json, path: "\(path).twin", readingVersions: true)
    }
  }
}

extension DeviceID {
  init(json: JSONValue, path: String) throws(MessageError) {
    guard let text = json.object?[ignoringCase: "id"]?.string ?? json.object?[ignoringCase: "name"]?.string, let id = DeviceID(text) else {
      throw MessageError(path: "\(path).id", problem: "the device's id is missing, or neither namespace/name nor a name")
    }
    self = id
  }

  /// Reads `namespace/name`, or a name alone, which is one in `default`; `nil` for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard !parts.contains(""), parts.allSatisfy({ !$0.contains { "+#".contains($0) } && $0.utf8.count <= 253 }) else { return nil }
    switch parts.count {
    case 1: self.init(name: parts[0])
    case 2: self.init(namespace: parts[0], name: parts[1])
    default: return nil
    }
  }
}
