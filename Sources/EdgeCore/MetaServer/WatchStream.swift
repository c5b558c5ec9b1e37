import JSON

/// A watch's answer, event by event.
package struct WatchStream: Sendable {
  let kind: ObjectKind
  let version: ObjectVersion
  let isTable: Bool
  let clock: any EdgeClock

  /// What a client asked of a watch.
  package struct Options: Sendable {
    /// The revision it has seen; `nil` to begin with what is there.
    package var resourceVersion: Int64?
    /// Whether it wants a bookmark where what is there ends (`sendInitialEvents`).
    package var marksInitialEnd: Bool
    /// After how many seconds the stream ends.
    package var seconds: Int64

    /// How long a watch lives when the client doesn't say, in seconds; the server picks a time in between.
    static let defaultAge: ClosedRange<Int64> = 1_800...3_600

    package init(_ request: APIRequest) throws(APIStatus) {
      switch request.query["resourceVersion"] {
      case nil, "", "0": resourceVersion = nil
      case let text?:
        guard let revision = Int64(text), revision >= 0 else {
          throw .badRequest("resourceVersion: \"\(text.prefix(64))\" is not a resource version")
        }
        resourceVersion = revision
      }
      marksInitialEnd = request.flag("sendInitialEvents")
      if marksInitialEnd {
        guard request.flag("allowWatchBookmarks"), request.query["resourceVersionMatch"] == "NotOlderThan" else {
          throw APIStatus(
            422, "Invalid",
            "sendInitialEvents: Forbidden: it needs resourceVersionMatch=NotOlderThan and allowWatchBookmarks=true")
        }
        resourceVersion = nil
      }
      let wanted = request.query["timeoutSeconds"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
      seconds = min(wanted ?? Int64.random(in: Self.defaultAge), Self.defaultAge.upperBound)
    }
  }

  /// What is there at the start, as events.
  package func initial(_ subscription: MetaManager.Subscription, options: Options) -> [[UInt8]] {
    var lines = subscription.initial.enumerated().map { index, object in
      line("ADDED", view(object, isFirst: index == 0))
    }
    if options.marksInitialEnd {
      lines.append(bookmark(subscription.resourceVersion, annotations: ["k8s.io/initial-events-end": "true"]))
    }
    return lines
  }

  /// One event.
  package func line(for event: WatchEvent) -> [UInt8] {
    event.encodings.text(for: "\(version.rawValue) \(isTable)") {
      line(event.change.rawValue, view(event.object, isFirst: false))
    }
  }

  /// The event that ends a watch which can't go on.
  package func error(_ status: APIStatus) -> [UInt8] { line("ERROR", status.json) }

  private func bookmark(_ resourceVersion: Int64, annotations: JSONValue) -> [UInt8] {
    let metadata: JSONValue = ["resourceVersion": .string(String(resourceVersion)), "annotations": annotations]
    if isTable {
      let row: JSONValue = [
        "cells": [], "object": ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata],
      ]
      return line(
        "BOOKMARK",
        [
          "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": ["resourceVersion": .string(String(resourceVersion))],
          "columnDefinitions": .null, "rows": [row],
        ])
    }
    return line(
      "BOOKMARK", ["apiVersion": .string(version.groupVersion), "kind": .string(kind.rawValue), "metadata": metadata])
  }

  private func view(_ object: ServedObject, isFirst: Bool) -> JSONValue {
    guard isTable else { return ObjectView.json(object, in: version) }
    // kubectl keeps the columns of the list it asked for first, so they are only told once.
    return TableView(kind: kind, version: version, now: clock.now)
      .json([object], resourceVersion: object.resourceVersion, hasColumns: isFirst)
  }

  private func line(_ type: String, _ object: JSONValue) -> [UInt8] {
    var writer = JSONWriter(reserving: 2_048)
    writer.raw("{\"type\":")
    writer.string(type)
    writer.raw(",\"object\":")
    writer.value(object)
    writer.raw("}\n")
    return writer.bytes
  }
}
