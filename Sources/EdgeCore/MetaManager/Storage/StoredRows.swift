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

extension StoredRow where Value == StoredObject {
  init(object row: Row) {
    func rejected(_ reason: String) -> Self { Self.rejected(table: "object", ["kind", "namespace", "name"], "content", row, reason) }
    guard let kindName = row.text("kind"), let namespace = row.text("namespace"), let name = row.text("name"),
      let versionName = row.text("version"), let text = row.text("content"), let uid = row.text("uid"),
      let created = row.integer("created"),
      let generation = row.integer("generation"), let resourceVersion = row.integer("resource_version")
    else {
      self = rejected("a column holds something else than it should")
      return
    }
    let seal = row.integer("seal")
    guard
      seal == nil
        || seal
          == RowSeal.seal(texts: [kindName, namespace, name, uid, versionName, text], numbers: [created, generation, resourceVersion])
    else {
      self = rejected("it isn't what was written: its checksum differs")
      return
    }
    guard let kind = ObjectKind(rawValue: kindName), let version = ObjectVersion(rawValue: versionName) else {
      let what = "\(kindName.prefix(64)) in \(versionName.prefix(64))"
      self = seal == nil ? rejected("this edgecore knows no \(what)") : .unknown(what)
      return
    }
    var object = StoredObject(
      key: ObjectKey(kind: kind, namespace: namespace, name: name), uid: uid, created: created, generation: generation,
      resourceVersion: resourceVersion, version: version, content: .null)
    do {
      object.content = try JSONValue(parsing: text)
    } catch {
      self = rejected("it isn't JSON: \(error)")
      return
    }
    guard object.content.object != nil else {
      self = rejected("its content is no object")
      return
    }
    self = .value(object)
  }
}

extension StoredRow where Value == (DeviceID, DeviceTwinState) {
  init(twin row: Row) {
    func rejected(_ reason: String) -> Self { Self.rejected(table: "twin", ["namespace", "name"], "state", row, reason) }
    guard let namespace = row.text("namespace"), let name = row.text("name"), let text = row.text("state") else {
      self = rejected("a column holds something else than it should")
      return
    }
    let id = DeviceID(namespace: namespace, name: name)
    if let seal = row.integer("seal"), seal != RowSeal.seal(of: text, twinOf: id) {
      self = rejected("it isn't what was written: its checksum differs")
      return
    }
    do {
      let state = try JSONValue(parsing: text)
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
