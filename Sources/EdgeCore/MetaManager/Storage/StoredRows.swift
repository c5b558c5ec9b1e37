import Foundation
import GRDB
import JSON
import TwinProtocol

/// What a row of a table says, or why it can't be used.
enum StoredRow<Value: Sendable>: Sendable {
  case value(Value)
  case rejected(RejectedRow)
  /// It is whole, but of a newer edgecore.
  case unknown(String)
}

/// A row that can't be used, as it is kept for people.
struct RejectedRow: Sendable {
  /// The table.
  let table: String
  /// The primary key's columns, with what they hold.
  let key: [(column: String, value: DatabaseValue)]
  let content: String?
  let reason: String

  /// The row as people name it.
  var name: String {
    let parts = key.map { String.fromDatabaseValue($0.value) ?? "?" }
    return "\(table) \(parts.joined(separator: "/"))"
  }
}

/// A row of `object` whose columns hold what they should.
struct ObjectRow: Sendable {
  let (kind, namespace, name, uid, version, text): (String, String, String, String, String, String)
  let (created, generation, resourceVersion): (Int64, Int64, Int64)
  /// What the server adds to the object, as JSON.
  let server: String?
  let seal: Int64?

  /// `nil` when a column holds something else.
  init?(_ row: Row) {
    guard let kind = row.text("kind"), let namespace = row.text("namespace"), let name = row.text("name"),
      let version = row.text("version"), let text = row.text("content"), let uid = row.text("uid"), let created = row.integer("created"),
      let generation = row.integer("generation"), let resourceVersion = row.integer("resource_version")
    else { return nil }
    (self.kind, self.namespace, self.name, self.uid, self.version, self.text) = (kind, namespace, name, uid, version, text)
    (self.created, self.generation, self.resourceVersion) = (created, generation, resourceVersion)
    server = row.text("server")
    seal = row.integer("seal")
  }

  /// Whether the row says what was written; the first versions wrote no checksum.
  var isSound: Bool {
    seal == nil
      || seal
        == RowSeal.seal(
          texts: [kind, namespace, name, uid, version, text] + (server.map { [$0] } ?? []), numbers: [created, generation, resourceVersion])
  }
}

extension StoredRow where Value == StoredObject {
  init(object row: Row) {
    guard let columns = ObjectRow(row) else {
      self = Self.rejected(
        table: "object", ["kind", "namespace", "name"], "content", row, "a column holds something else than it should")
      return
    }
    self.init(object: columns)
  }

  init(object row: ObjectRow) {
    let (kindName, namespace, name, versionName) = (row.kind, row.namespace, row.name, row.version)
    func rejected(_ reason: String) -> Self {
      let key = [("kind", kindName.databaseValue), ("namespace", namespace.databaseValue), ("name", name.databaseValue)]
      return .rejected(RejectedRow(table: "object", key: key, content: row.text, reason: String(reason.prefix(300))))
    }
    guard row.isSound else {
      self = rejected("it isn't what was written: its checksum differs")
      return
    }
    guard let kind = ObjectKind(rawValue: kindName), let version = ObjectVersion(rawValue: versionName) else {
      let what = "\(kindName.prefix(64)) in \(versionName.prefix(64))"
      self = row.seal == nil ? rejected("this edgecore knows no \(what)") : .unknown(what)
      return
    }
    var object = StoredObject(
      key: ObjectKey(kind: kind, namespace: namespace, name: name), uid: row.uid, created: row.created, generation: row.generation,
      resourceVersion: row.resourceVersion, version: version, content: .null)
    do {
      object.content = try JSONValue(parsing: row.text)
    } catch {
      self = rejected("it isn't JSON: \(error)")
      return
    }
    guard object.content.object != nil else {
      self = rejected("its content is no object")
      return
    }
    object.readServerFields(row.server)
    self = .value(object)
  }
}

/// A row of `twin` whose columns hold what they should.
struct TwinRow: Sendable {
  let id: DeviceID
  let text: String
  let seal: Int64?

  /// `nil` when a column holds something else.
  init?(_ row: Row) {
    guard let namespace = row.text("namespace"), let name = row.text("name"), let text = row.text("state") else { return nil }
    id = DeviceID(namespace: namespace, name: name)
    self.text = text
    seal = row.integer("seal")
  }
}

extension StoredRow where Value == (DeviceID, DeviceTwinState) {
  init(twin row: Row) {
    guard let columns = TwinRow(row) else {
      self = Self.rejected(
        table: "twin", ["namespace", "name"], "state", row, "a column holds something else than it should")
      return
    }
    self.init(twin: columns)
  }

  init(twin row: TwinRow) {
    func rejected(_ reason: String) -> Self {
      let key = [("namespace", row.id.namespace.databaseValue), ("name", row.id.name.databaseValue)]
      return .rejected(RejectedRow(table: "twin", key: key, content: row.text, reason: String(reason.prefix(300))))
    }
    let id = row.id
    if let seal = row.seal, seal != RowSeal.seal(of: row.text, twinOf: id) {
      self = rejected("it isn't what was written: its checksum differs")
      return
    }
    do {
      let state = try JSONValue(parsing: row.text)
      guard state["properties"]?.object != nil else {
        self = rejected("it is no twin")
        return
      }
      self = .value((id, DeviceTwinState(stored: state)))
    } catch {
      self = rejected("it isn't JSON: \(error)")
    }
  }
}

extension StoredRow {
  fileprivate static func rejected(table: String, _ columns: [String], _ content: String, _ row: Row, _ reason: String) -> Self {
    .rejected(
      RejectedRow(table: table, key: columns.map { ($0, row.value($0)) }, content: row.text(content), reason: String(reason.prefix(300))))
  }
}
