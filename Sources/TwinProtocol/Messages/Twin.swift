import JSON

/// One property's twin as messages carry it, whole or the part that changes (KubeEdge's `MsgTwin`).
public struct Twin: Sendable, Hashable {
  /// What a report doesn't have; a mapper keeps hundreds of thousands of reports.
  private struct Rest: Sendable, Hashable {
    var expected: TwinValue?
    var optional: Bool?
    var written: WrittenMark?
    var expectedVersion: TwinVersion?
    var actualVersion: TwinVersion?

    var isEmpty: Bool { self == Rest() }
  }

  /// One element, or none when it would be empty.
  private var rest: [Rest] = []

  /// The reported value.
  public var actual: TwinValue?
  /// The value's type: `string`, `int`, `float`, `double`, `boolean`, `bytes`.
  public var type: String?

  /// The desired value.
  public var expected: TwinValue? {
    get { rest.first?.expected }
    set { change { $0.expected = newValue } }
  }

  /// Whether a client may delete the property.
  public var optional: Bool? {
    get { rest.first?.optional }
    set { change { $0.optional = newValue } }
  }

  /// What became of the desired value at the device.
  public var written: WrittenMark? {
    get { rest.first?.written }
    set { change { $0.written = newValue } }
  }

  /// The desired value's version: with the cloud only, never on MQTT.
  public var expectedVersion: TwinVersion? {
    get { rest.first?.expectedVersion }
    set { change { $0.expectedVersion = newValue } }
  }

  /// The reported value's version: with the cloud only, never on MQTT.
  public var actualVersion: TwinVersion? {
    get { rest.first?.actualVersion }
    set { change { $0.actualVersion = newValue } }
  }

  private mutating func change(_ body: (inout Rest) -> Void) {
    var new = rest.first ?? Rest()
    body(&new)
    rest = new.isEmpty ? [] : [new]
  }

  /// A twin, or a change of one.
  public init(
    expected: TwinValue? = nil, actual: TwinValue? = nil, optional: Bool? = nil, type: String? = nil, written: WrittenMark? = nil
  ) {
    self.actual = actual
    self.type = type
    if expected != nil || optional != nil || written != nil { rest = [Rest(expected: expected, optional: optional, written: written)] }
  }

  init(json: JSONValue, path: String, readingVersions: Bool = false) throws(MessageError) {
    guard case .object(let object) = json else {
      throw MessageError(path: path, problem: "expected an object or null, found \(json.kind)")
    }
    expected = try Self.value(object, "expected", path)
    actual = try Self.value(object, "actual", path)
    switch object[ignoringCase: "optional"] {
    case .bool(let flag)?: optional = flag
    case nil, .null?: break
    case let other?: throw MessageError(path: "\(path).optional", problem: "expected true or false, found \(other.kind)")
    }
    switch object[ignoringCase: "metadata"]?.object?[ignoringCase: "type"] {
    case .string(let text)?: type = text
    case nil, .null?: break
    case let other?: throw MessageError(path: "\(path).metadata.type", problem: "expected a string, found \(other.kind)")
    }
    written = WrittenMark(json: object["written"])
    if readingVersions {
      expectedVersion = TwinVersion(json: object[ignoringCase: "expected_version"])
      actualVersion = TwinVersion(json: object[ignoringCase: "actual_version"])
    }
  }

  private static func value(_ object: JSONObject, _ key: String, _ path: String) throws(MessageError) -> TwinValue? {
    guard let json = object[ignoringCase: key], !json.isNull else { return nil }
    return try TwinValue(json: json, path: "\(path).\(key)")
  }

  func write(to writer: inout JSONWriter) {
    writer.raw("{")
    var separator: StaticString = ""
    if let expected {
      writer.raw("\"expected\":")
      expected.write(to: &writer)
      separator = ","
    }
    if let actual {
      writer.raw(separator)
      writer.raw("\"actual\":")
      actual.write(to: &writer)
      separator = ","
    }
    if let optional {
      writer.raw(separator)
      writer.raw(optional ? "\"optional\":true" : "\"optional\":false")
      separator = ","
    }
    if let type {
      writer.raw(separator)
      writer.raw("\"metadata\":{\"type\":")
      writer.string(type)
      writer.raw("}")
      separator = ","
    }
    if let written {
      writer.raw(separator)
      writer.raw("\"written\":")
      written.write(to: &writer)
      separator = ","
    }
    if let expectedVersion {
      writer.raw(separator)
      writer.raw("\"expected_version\":")
      expectedVersion.write(to: &writer)
      separator = ","
    }
    if let actualVersion {
      writer.raw(separator)
      writer.raw("\"actual_version\":")
      actualVersion.write(to: &writer)
    }
    writer.raw("}")
  }
}

extension JSONWriter {
  /// Writes a map of twins; a `nil` twin is one that was deleted.
  mutating func twins(_ twins: [String: Twin?]) {
    members(twins) { twin, writer in
      if let twin { twin.write(to: &writer) } else { writer.raw("null") }
    }
  }

  /// Writes an object with what is told of properties, sorted by their names.
  mutating func members<Entry>(_ entries: [String: Entry], _ write: (Entry, inout JSONWriter) -> Void) {
    raw("{")
    var isFirst = true
    // Names are sorted with their places: entries are too large to be moved about.
    let places = entries.indices.map { (name: entries.keys[$0], place: $0) }.sorted { $0.name < $1.name }
    for (name, place) in places {
      if !isFirst { raw(",") }
      isFirst = false
      string(name)
      raw(":")
      write(entries.values[place], &self)
    }
    raw("}")
  }

  /// Writes `{"event_id":…,"timestamp":…`, what every message starts with.
  mutating func envelope(_ eventID: String, _ timestamp: Int64) {
    raw("{\"event_id\":")
    string(eventID)
    raw(",\"timestamp\":")
    integer(timestamp)
  }
}
