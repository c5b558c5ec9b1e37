package import JSON

/// Objects as a `Table`, which kubectl prints as it comes.
package struct TableView: Sendable {
  private let kind: ObjectKind
  private let version: ObjectVersion
  private let now: Int64

  package init(kind: ObjectKind, version: ObjectVersion, now: Int64) {
    self.kind = kind
    self.version = version
    self.now = now
  }

  package func json(_ objects: [ServedObject], resourceVersion: Int64, hasColumns: Bool = true) -> JSONValue {
    [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": ["resourceVersion": .string(String(resourceVersion))],
      "columnDefinitions": hasColumns ? .array(columns) : .null, "rows": .array(objects.map(row)),
    ]
  }

  /// - Parameter isWide: Whether only `kubectl get -o wide` shows the column.
  static func column(
    _ name: JSONValue, type: JSONValue = "string", format: JSONValue = "", isWide: Bool = false, _ description: JSONValue
  ) -> JSONValue {
    ["name": name, "type": type, "format": format, "description": description, "priority": isWide ? 1 : 0]
  }

  private var columns: [JSONValue] {
    let name = Self.column("Name", format: "name", "The object's name.")
    let age = Self.column("Age", "How long the object exists.")
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
    }
    let metadata = ObjectView.json(object, in: version)["metadata"] ?? [:]
    return [
      "cells": .array(cells), "object": ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata],
    ]
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
