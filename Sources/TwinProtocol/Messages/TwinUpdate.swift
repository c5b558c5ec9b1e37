import JSON

/// `twin/update`: changes of a device's twin, from a mapper that reports or an application that wishes.
public struct TwinUpdate: Sendable, Hashable {
  /// Names the update; the answer carries the same `event_id`.
  public var envelope: Envelope
  /// The change of each property; `nil` deletes it.
  public var twins: [String: Twin?]
  /// Properties whose entry can't be read, and why. They are refused one by one; the others are taken.
  public var malformed: [String: MessageError] = [:]

  /// An update.
  public init(envelope: Envelope, twins: [String: Twin?]) {
    self.envelope = envelope
    self.twins = twins
  }

  /// Reads an update.
  ///
  /// - Parameter readingVersions: Whether it is the cloud's, whose versions count; an edge client's are passed over.
  /// - Throws: ``MessageError`` when the message as a whole is none; a property's own error is in ``malformed``.
  public init(decoding payload: [UInt8], readingVersions: Bool = false) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    try self.init(envelope: Envelope(object), twin: object[ignoringCase: "twin"], readingVersions: readingVersions)
  }

  /// Reads the twins that stand in another message.
  init(envelope: Envelope, twin: JSONValue?, path: String = "twin", readingVersions: Bool) throws(MessageError) {
    self.envelope = envelope
    switch twin {
    case .object(let entries)?:
      twins = Dictionary(minimumCapacity: entries.count)
      for (name, entry) in entries {
        if entry.isNull {
          twins[name] = .some(nil)
          continue
        }
        do {
          twins[name] = try Twin(json: entry, path: "\(path).\(name)", readingVersions: readingVersions)
        } catch {
          malformed[name] = error
        }
      }
    case nil, .null?: throw MessageError(path: path, problem: "Update twin error, key:twin does not exist")
    case let other?: throw MessageError(path: path, problem: "expected an object, found \(other.kind)")
    }
  }

  /// The message.
  public var encoded: [UInt8] {
    Self.encode(envelope, twins) { twin, writer in
      if let twin { twin.write(to: &writer) } else { writer.raw("null") }
    }
  }

  /// The message of an update that deletes nothing.
  public static func encoded(_ envelope: Envelope, changes: [String: Twin]) -> [UInt8] {
    encode(envelope, changes) { twin, writer in twin.write(to: &writer) }
  }

  private static func encode<Change>(
    _ envelope: Envelope, _ changes: [String: Change], _ write: (Change, inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(reserving: 128 + 160 * changes.count)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(",\"twin\":")
    writer.members(changes, write)
    writer.raw("}")
    return writer.bytes
  }
}

enum TwinMap {
  static func decode(_ json: JSONValue?) throws(MessageError) -> [String: Twin?] {
    guard let json, !json.isNull else { return [:] }
    guard case .object(let entries) = json else {
      throw MessageError(path: "twin", problem: "expected an object, found \(json.kind)")
    }
    var twins: [String: Twin?] = [:]
    for (name, entry) in entries {
      if entry.isNull {
        twins[name] = .some(nil)
      } else {
        // A twin that was deleted and came again carries an empty value, which counts as none.
        var entry = entry
        for key in ["expected", "actual"] where entry[key]?.object?.isEmpty == true { entry[key] = nil }
        twins[name] = try Twin(json: entry, path: "twin.\(name)")
      }
    }
    return twins
  }
}
