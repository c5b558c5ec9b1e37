import Foundation
import GRDB
import JSON

/// What KubeEdge's `edgecore.db` holds, as far as it is of use here: text, as KubeEdge wrote it.
///
/// The tables are those of `edge/pkg/devicetwin/dtclient` and `edge/pkg/metamanager/dao`; up to 1.16 a device's id is its
/// name, from 1.17 on namespace and name.
struct KubeEdgeContents: Sendable {
  struct Device: Sendable {
    let id: String
    let description: String?
    let state: String?
    let lastOnline: String?
  }

  struct Attribute: Sendable {
    let deviceID: String
    let name: String
    let value: String?
    let isOptional: Bool
    let type: String?
  }

  struct Twin: Sendable {
    let deviceID: String
    let name: String
    let expected: String?
    let actual: String?
    let expectedMetadata: String?
    let actualMetadata: String?
    let expectedVersion: String?
    let actualVersion: String?
    let isOptional: Bool
    let type: String?
  }

  /// An object of the API as the cloud sent it.
  struct Object: Sendable {
    let key: String
    let value: String
  }

  var devices: [Device] = []
  var attributes: [Attribute] = []
  var twins: [Twin] = []
  var objects: [Object] = []
  var topics: [String] = []

  /// - Throws: A sentence about what is wrong with the file.
  init(_ database: Database) throws {
    let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
    guard findings == ["ok"] else { throw Unreadable("it is damaged: \(findings.joined(separator: "; "))") }
    guard try database.tableExists("device"), try database.tableExists("device_twin") else {
      throw Unreadable("it has no tables of KubeEdge's DeviceTwin")
    }
    devices = try Row.fetchAll(database, sql: "SELECT * FROM device ORDER BY id").compactMap { row in
      row.text("id").map {
        Device(id: $0, description: row.text("description"), state: row.text("state"), lastOnline: row.text("last_online"))
      }
    }
    twins = try Row.fetchAll(database, sql: "SELECT * FROM device_twin ORDER BY id").compactMap { row in
      guard let deviceID = row.text("deviceid"), let name = row.text("name") else { return nil }
      return Twin(
        deviceID: deviceID, name: name, expected: row.text("expected"), actual: row.text("actual"),
        expectedMetadata: row.text("expected_meta"), actualMetadata: row.text("actual_meta"), expectedVersion: row.text("expected_version"),
        actualVersion: row.text("actual_version"), isOptional: row.integer("optional") == 1, type: row.text("attr_type"))
    }
    if try database.tableExists("device_attr") {
      attributes = try Row.fetchAll(database, sql: "SELECT * FROM device_attr ORDER BY id").compactMap { row in
        guard let deviceID = row.text("deviceid"), let name = row.text("name") else { return nil }
        return Attribute(
          deviceID: deviceID, name: name, value: row.text("value"), isOptional: row.integer("optional") == 1, type: row.text("attr_type"))
      }
    }
    if try database.tableExists("meta") {
      objects += try Self.objects(database, "SELECT key, value FROM meta WHERE type IN ('device', 'devicemodel') ORDER BY key")
    }
    if try database.tableExists("meta_v2") {
      objects += try Self.objects(database, "SELECT key, value FROM meta_v2 WHERE key LIKE '%/devices.kubeedge.io/%' ORDER BY key")
    }
    if try database.tableExists("sub_topics") {
      topics = try Row.fetchAll(database, sql: "SELECT topic FROM sub_topics ORDER BY topic").compactMap { $0.text("topic") }
    }
  }

  private static func objects(_ database: Database, _ sql: String) throws -> [Object] {
    try Row.fetchAll(database, sql: sql).compactMap { row in
      guard let key = row.text("key"), let value = row.text("value") else { return nil }
      return Object(key: key, value: value)
    }
  }

  /// Why nothing can be taken over.
  struct Unreadable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }
}
