import JSON

/// What the cloud says of a device beside its twin, a serial number for instance (KubeEdge's `MsgAttr`).
public struct DeviceAttribute: Sendable, Hashable {
  /// The value as text.
  public var value: String
  /// Whether the cloud may delete the attribute by itself.
  public var optional: Bool?
  /// The value's type.
  public var type: String?

  /// An attribute.
  public init(_ value: String, optional: Bool? = nil, type: String? = nil) {
    self.value = value
    self.optional = optional
    self.type = type
  }

  init(json: JSONValue, path: String) throws(MessageError) {
    guard case .object(let object) = json else {
      throw MessageError(path: path, problem: "expected an object or null, found \(json.kind)")
    }
    guard let text = object[ignoringCase: "value"]?.string else {
      throw MessageError(path: "\(path).value", problem: "the value is missing, or no string")
    }
    self.init(
      text, optional: object[ignoringCase: "optional"]?.bool,
      type: object[ignoringCase: "metadata"]?.object?[ignoringCase: "type"]?.string)
  }

  func write(to writer: inout JSONWriter) {
    writer.raw("{\"value\":")
    writer.string(value)
    if let optional { writer.raw(optional ? ",\"optional\":true" : ",\"optional\":false") }
    if let type {
      writer.raw(",\"metadata\":{\"type\":")
      writer.string(type)
      writer.raw("}")
    }
    writer.raw("}")
  }
}

/// `$hw/events/device/<device>/updated`, and the cloud's message of the same shape: attributes that changed.
public struct AttributesUpdate: Sendable, Hashable {
  /// Names the message.
  public var envelope: Envelope
  /// The attributes by name; `nil` for one that was deleted.
  public var attributes: [String: DeviceAttribute?]
  /// Attributes that can't be read, and why.
  public var malformed: [String: MessageError] = [:]

  /// Attributes that changed.
  public init(envelope: Envelope, attributes: [String: DeviceAttribute?]) {
    self.envelope = envelope
    self.attributes = attributes
  }

  /// Reads the cloud's message.
  ///
  /// - Throws: ``MessageError`` when the message as a whole is none; an attribute's own error is in ``malformed``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    self.init(envelope: try Envelope(object), json: object[ignoringCase: "attributes"], path: "attributes")
  }

  init(envelope: Envelope, json: JSONValue?, path: String) {
    self.init(envelope: envelope, attributes: [:])
    for (name, entry) in json?.object ?? [:] {
      do throws(MessageError) {
        attributes[name] = entry.isNull ? .some(nil) : try DeviceAttribute(json: entry, path: "\(path).\(name)")
      } catch {
        malformed[name] = error
      }
    }
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 128 + 96 * attributes.count)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(",\"attributes\":")
    writer.attributes(attributes)
    writer.raw("}")
    return writer.bytes
  }
}

extension JSONWriter {
  mutating func attributes(_ attributes: [String: DeviceAttribute?]) {
    members(attributes) { attribute, writer in
      if let attribute { attribute.write(to: &writer) } else { writer.raw("null") }
    }
  }
}
