import Foundation
import GRDB
import TwinProtocol

/// Everything in a database that can be used, and what can't.
struct StoreReading: Sendable {
  var contents = MetaContents()
  var rejected: [RejectedRow] = []
  /// What couldn't even be looked at.
  var unreadable: [String] = []

  /// Reads a sound database, of any version of ours.
  init(_ database: Database) throws {
    var objects: [StoredObject] = []
    var objectRows: [ObjectRow] = []
    let objectCursor = try Row.fetchCursor(database, sql: "SELECT * FROM object")
    while let row = try objectCursor.next() {
      if let columns = ObjectRow(row) {
        objectRows.append(columns)
      } else if case .rejected(let row) = StoredRow(object: row) {
        rejected.append(row)
      }
    }
    for row in inParallel(objectRows, { StoredRow(object: $0) }) {
      switch row {
      case .value(let object): objects.append(object)
      case .rejected(let row): rejected.append(row)
      case .unknown(let what):
        throw EdgeCoreError(.storage, "the database holds a \(what), which this edgecore doesn't know; use a newer one")
      }
    }
    contents.objects = objects
    var twinRows: [TwinRow] = []
    let twinCursor = try Row.fetchCursor(database, sql: "SELECT * FROM twin")
    while let row = try twinCursor.next() {
      if let columns = TwinRow(row) {
        twinRows.append(columns)
      } else if case .rejected(let row) = StoredRow(twin: row) {
        rejected.append(row)
      }
    }
    for row in inParallel(twinRows, { StoredRow(twin: $0) }) {
      switch row {
      case .value(let (id, twin)): contents.twins[id] = twin
      case .rejected(let row): rejected.append(row)
      case .unknown: break
      }
    }
    contents.reservedResourceVersion = try Self.reserved(database)
    try readRest(database)
  }

  /// Reads what can be read of a damaged file, changing nothing in it.
  init(salvaging files: DatabaseFiles) {
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    // A schema that can't be read in part must not hide the rest.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA writable_schema = ON") }
    guard let queue = try? DatabaseQueue(path: files.path, configuration: configuration) else { return }
    self = queue.inDatabase { StoreReading(salvaging: $0) }
    try? queue.close()
  }

  private init(salvaging database: Database) {
    var objects: [ObjectKey: StoredObject] = [:]
    let objectProblem = Self.salvage("object", ordered: ["kind, namespace, name"], database) { row in
      switch StoredRow(object: row) {
      case .value(let object): objects[object.key] = object
      case .rejected(let row): rejected.append(row)
      case .unknown(let what): unreadable.append(what)
      }
    }
    // By its rows, and by its index too if that isn't all; the first versions have the index alone.
    let twinProblem = Self.salvage("twin", ordered: ["id", "namespace, name"], database) { row in
      switch StoredRow(twin: row) {
      case .value(let (id, twin)): contents.twins[id] = twin
      case .rejected(let row): rejected.append(row)
      case .unknown: break
      }
    }
    unreadable += [objectProblem, twinProblem].compactMap { $0 }
    // Between two damaged places neither direction gets; but where one table knows a name, the other can be asked for it.
    if !unreadable.isEmpty {
      for id in contents.twins.keys where objects[ObjectKey(kind: .device, namespace: id.namespace, name: id.name)] == nil {
        let row = try? Row.fetchOne(
          database, sql: "SELECT * FROM object WHERE kind = 'Device' AND namespace = ? AND name = ?", arguments: [id.namespace, id.name])
        if let row, case .value(let object) = StoredRow(object: row) { objects[object.key] = object }
      }
      for id in objects.keys.compactMap(\.deviceID) where contents.twins[id] == nil {
        let row = try? Row.fetchOne(
          database, sql: "SELECT * FROM twin WHERE namespace = ? AND name = ?", arguments: [id.namespace, id.name])
        if let row, case .value(let (id, twin)) = StoredRow(twin: row) { contents.twins[id] = twin }
      }
    }
    contents.objects = Array(objects.values)
    contents.reservedResourceVersion = (try? Self.reserved(database)) ?? 0
    try? readRest(database)
    // Each row may have come from both ends.
    var known: Set<String> = []
    rejected.removeAll { !known.insert($0.name).inserted }
  }

  /// Reads a table from its beginning as far as that goes, and if that isn't all, from its end; in each order that it has.
  ///
  /// - Returns: Why it isn't all.
  private static func salvage(_ table: String, ordered orders: [String], _ database: Database, _ take: (Row) -> Void) -> String? {
    var problem: String?
    for order in orders {
      do {
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM \(table) ORDER BY \(order)")
        while let row = try rows.next() { take(row) }
        return nil
      } catch {
        problem = "\(table): \((error as? DatabaseError)?.message ?? "\(error)")"
        let descending = order.split(separator: ",").map { "\($0) DESC" }.joined(separator: ",")
        guard let rows = try? Row.fetchCursor(database, sql: "SELECT * FROM \(table) ORDER BY \(descending)") else { continue }
        while let row = try? rows.next() { take(row) }
      }
    }
    return problem
  }

  private static func reserved(_ database: Database) throws -> Int64 {
    let value = try DatabaseValue.fetchOne(database, sql: "SELECT value FROM counter WHERE name = 'resource_version'")
    return value.flatMap(Int64.fromDatabaseValue) ?? 0
  }

  /// What version 1 doesn't have.
  private mutating func readRest(_ database: Database) throws {
    guard try database.tableExists("sub_topic") else { return }
    contents.subscribedTopics = Set(try String.fetchAll(database, sql: "SELECT topic FROM sub_topic WHERE typeof(topic) = 'text'"))
    let rows = try Row.fetchAll(database, sql: "SELECT source, time, summary FROM import")
    for row in rows {
      guard let source = String.fromDatabaseValue(row["source"]) else { continue }
      contents.imports[source] = FinishedImport(
        source: source, time: Int64.fromDatabaseValue(row["time"]) ?? 0, summary: String.fromDatabaseValue(row["summary"]) ?? "")
    }
  }

  /// Whether all rows could be used.
  var isWhole: Bool { rejected.isEmpty && unreadable.isEmpty }

  /// A revision that no client can have seen, whatever was lost.
  ///
  /// The clock alone wouldn't do, it may have been set back; what is left of the counters alone neither, it may be old.
  static func resourceVersion(afterLosing contents: MetaContents, now: Int64) -> Int64 {
    let known = contents.objects.map(\.resourceVersion).reduce(contents.reservedResourceVersion, max)
    return max(now, known + 1_000_000_000)
  }
}
