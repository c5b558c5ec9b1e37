package import JSON

/// Objects as a `Table`, which kubectl prints as it comes.
package struct TableView: Sendable {
  /// What a row says of its object besides the cells.
  package enum Rows: String, Sendable {
    case metadata = "Metadata"
    case object = "Object"
    case none = "None"

    /// - Throws: ``APIStatus`` 400.
    package init(_ request: APIRequest) throws(APIStatus) {
      let text = request.query["includeObject"] ?? ""
      guard let rows = text.isEmpty ? .metadata : Self(rawValue: text) else {
        throw .badRequest(
          "Unable to convert to Table as requested: includeObject: Invalid value: \"\(text.prefix(32))\": must be 'Metadata', 'Object', 'None', or empty"
        )
      }
      self = rows
    }
  }

  private let kind: ObjectKind
  private let version: ObjectVersion
  private let now: Int64
  /// The version of `meta.k8s.io`.
  private let format: String
  private let rows: Rows
  /// Whether the data of Secrets are left out.
  private let hidesSecrets: Bool

  package init(
    kind: ObjectKind, version: ObjectVersion, now: Int64, format: String = "v1", rows: Rows = .metadata, hidesSecrets: Bool = true
  ) {
    self.hidesSecrets = hidesSecrets
    self.kind = kind
    self.version = version
    self.now = now
    self.format = format
    self.rows = rows
  }

  package func json(_ objects: [ServedObject], metadata: JSONValue, hasColumns: Bool = true) -> JSONValue {
    list(objects, metadata: metadata, hasColumns: hasColumns).json
  }

  package func list(_ objects: [ServedObject], metadata: JSONValue, hasColumns: Bool = true) -> ListBody {
    ListBody(
      [
        "kind": "Table", "apiVersion": .string("meta.k8s.io/\(format)"), "metadata": metadata,
        "columnDefinitions": hasColumns ? .array(columns) : .null,
      ], key: "rows", count: objects.count
    ) { row(objects[$0]) }
  }

  /// - Parameter isWide: Whether only `kubectl get -o wide` shows the column.
  static func column(
    _ name: JSONValue, type: JSONValue = "string", format: JSONValue = "", isWide: Bool = false, _ description: JSONValue
  ) -> JSONValue {
    ["name": name, "type": type, "format": format, "description": description, "priority": isWide ? 1 : 0]
  }

  private var columns: [JSONValue] {
    let name = Self.column("Name", format: "name", "The object's name.")
    let age = Self.column("Age", type: "date", "How long the object exists.")
    switch kind {
    case .event: return Self.eventColumns
    case .deviceModel:
      return [
        name, Self.column("Protocol", "The protocol that devices of the model speak."),
        Self.column("Properties", type: "integer", "How many properties the model has."), age,
      ]
    case .device:
      return [
        name, Self.column("Node", "The node whose mapper serves the device."), Self.column("Protocol", "The protocol the device speaks."),
        Self.column("State", "The state the mapper told last."), Self.column("Synced", "Whether the device reports what is desired."),
        Self.column("Last-Seen", "How long ago the device was last reached."), age,
        Self.column("Model", isWide: true, "The DeviceModel that says what the device has."),
        Self.column("Message", isWide: true, "What is wrong with the device, or with what is desired of it."),
      ]
    case .configMap: return [name, Self.column("Data", type: "integer", "How many keys there are."), age]
    case .secret:
      return [
        name, Self.column("Type", "What sort of secret it is."), Self.column("Data", type: "integer", "How many keys there are."), age,
      ]
    case .node:
      return [
        name, Self.column("Status", "Whether edgecore runs on the node."), Self.column("Roles", "What the node is there for."), age,
        Self.column("Version", "The version of edgecore."),
      ]
    case .deviceStatus:
      return [
        name, Self.column("State", "The state the mapper told last."),
        Self.column("Last-Seen", "How long ago the device was last reached."), age,
      ]
    default:
      let columns = kind.definition.columns.map {
        Self.column(
          .string($0.name), type: .string($0.type), isWide: $0.isWide, .string($0.description))
      }
      return [name] + columns + (kind.definition.columns.contains { $0.name == "Age" } ? [] : [age])
    }
  }

  private func row(_ object: ServedObject) -> JSONValue {
    let stored = object.stored
    let age = JSONValue.string(Self.age(now - stored.created))
    let cells: [JSONValue]
    switch kind {
    case .event: cells = Self.eventCells(stored, now: now)
    case .deviceModel:
      let properties = stored.content.at("spec", "properties")?.array?.count ?? 0
      cells = [.string(stored.key.name), stored.content.at("spec", "protocol") ?? "", JSONValue(properties), age]
    case .device:
      let twin = object.twin
      let synced = twin?.conditions.first { $0.type == "Synced" }
      cells = [
        .string(stored.key.name), .string(stored.nodeName ?? "<none>"), .string(twin?.protocolName ?? "<none>"),
        .string(twin?.state ?? "unknown"), .string(synced.map { $0.status == "True" ? "True" : $0.reason } ?? "-"),
        .string(twin?.lastOnline.map { Self.age(now - $0) } ?? "<never>"), age, .string(twin?.modelName ?? "<none>"),
        .string(twin?.conditions.first { $0.status == "False" }?.message ?? "-"),
      ]
    case .deviceStatus:
      cells = [
        .string(stored.key.name), .string(object.twin?.state ?? "unknown"),
        .string(object.twin?.lastOnline.map { Self.age(now - $0) } ?? "<never>"), age,
      ]
    case .configMap: cells = [.string(stored.key.name), JSONValue(dataCount(stored, ["data", "binaryData"])), age]
    case .secret:
      cells = [
        .string(stored.key.name), .string(stored.content["type"]?.string ?? "Opaque"), JSONValue(dataCount(stored, ["data"])), age,
      ]
    case .node:
      let isReady = stored.content.at("status", "conditions")?[0]?["status"]?.string == "True"
      let prefix = "node-role.kubernetes.io/"
      let roles = stored.labels.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
      cells = [
        .string(stored.key.name), .string(isReady ? "Ready" : "NotReady"), .string(roles.isEmpty ? "<none>" : roles.joined(separator: ",")),
        age, stored.content.at("status", "nodeInfo", "kubeletVersion") ?? "",
      ]
    default:
      let view = ObjectView.json(object, in: version)
      let columns = kind.definition.columns
      cells = [.string(stored.key.name)] + columns.map { cell($0, view) } + (columns.contains { $0.name == "Age" } ? [] : [age])
    }
    var row: JSONValue = ["cells": .array(cells)]
    var object = object
    if hidesSecrets { object.stored.hideSecrets() }
    switch rows {
    case .metadata: row["object"] = ObjectView.partial(object, in: version, as: kind, "meta.k8s.io/\(format)")
    case .object: row["object"] = ObjectView.json(object, in: version, as: kind)
    case .none: row["object"] = .null
    }
    return row
  }

  private func dataCount(_ object: StoredObject, _ fields: [String]) -> Int {
    fields.reduce(0) { $0 + (object.content[$1]?.object?.count ?? 0) }
  }

  /// What a column says of an object: `null` where the field isn't there, or isn't of the column's type.
  private func cell(_ column: ResourceDefinition.Column, _ object: JSONValue) -> JSONValue {
    guard let value = column.value(object) else { return .null }
    switch column.type {
    case "string": return .string(value.string ?? value.text)
    case "integer": return value.integer == nil ? .null : value
    case "number": return value.number == nil ? .null : value
    case "boolean": return value.bool == nil ? .null : value
    case "date":
      guard let time = value.string.flatMap({ Timestamp.milliseconds(rfc3339: $0) }) else { return "<invalid>" }
      return .string(Self.age(now - time))
    default: return .null
    }
  }

  /// A span of time as kubectl writes it: `12s`, `5m30s`, `3h`, `8d`.
  package static func age(_ milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds / 1_000)
    switch seconds {
    case ..<120: return "\(seconds)s"
    case ..<600: return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds / 60)m\(seconds % 60)s"
    case ..<10_800: return "\(seconds / 60)m"
    case ..<28_800: return seconds / 60 % 60 == 0 ? "\(seconds / 3_600)h" : "\(seconds / 3_600)h\(seconds / 60 % 60)m"
    case ..<172_800: return "\(seconds / 3_600)h"
    case ..<63_072_000: return "\(seconds / 86_400)d"
    default: return "\(seconds / 31_536_000)y"
    }
  }
}
