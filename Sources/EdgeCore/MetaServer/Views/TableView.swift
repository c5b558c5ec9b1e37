package import DeviceAPI
package import JSON

/// Objects as a `Table`, which kubectl prints as it comes.
package struct TableView: Sendable {
  private let kind: ResourceKind
  private let version: APIVersion
  private let now: Int64

  package init(kind: ResourceKind, version: APIVersion, now: Int64) {
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

  private var columns: [JSONValue] {
    func column(_ name: JSONValue, type: JSONValue = "string", format: JSONValue = "", _ description: JSONValue) -> JSONValue {
      ["name": name, "type": type, "format": format, "description": description, "priority": 0]
    }
    let name = column("Name", format: "name", "The object's name.")
    let age = column("Age", "How long the object exists.")
    switch kind {
    case .deviceModel:
      return [
        name, column("Protocol", "The protocol that devices of the model speak."),
        column("Properties", type: "integer", "How many properties the model has."), age,
      ]
    default:
      return [
        name, column("Node", "The node whose mapper serves the device."), column("Protocol", "The protocol the device speaks."),
        column("State", "The state the mapper told last."), column("Synced", "Whether the device reports what is desired."),
        column("Last-Seen", "How long ago the device was last reached."), age,
      ]
    }
  }

  private func row(_ object: ServedObject) -> JSONValue {
    let stored = object.stored
    let age = JSONValue.string(Self.age(now - stored.created))
    let cells: [JSONValue]
    switch kind {
    case .deviceModel:
      let properties = stored.content.at("spec", "properties")?.array?.count ?? 0
      cells = [.string(stored.key.name), stored.content.at("spec", "protocol") ?? "", JSONValue(properties), age]
    default:
      let twin = object.twin
      let synced = twin?.conditions.first { $0.type == "Synced" }
      cells = [
        .string(stored.key.name), .string(stored.nodeName ?? "<none>"), .string(twin?.protocolName ?? "<none>"),
        .string(twin?.state ?? "unknown"), .string(synced.map { $0.status == "True" ? "True" : $0.reason } ?? "-"),
        .string(twin?.lastOnline.map { Self.age(now - $0) } ?? "<never>"), age,
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
