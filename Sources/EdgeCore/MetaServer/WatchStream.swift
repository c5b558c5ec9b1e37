import DeviceAPI
import JSON

/// A watch's answer, event by event.
package struct WatchStream: Sendable {
  let kind: ObjectKind
  let version: ObjectVersion
  let form: Acceptance.Form
  /// What a table's row says of its object besides the cells.
  let rows: TableView.Rows
  /// Whether the data of Secrets are left out.
  let hidesSecrets: Bool
  let clock: any EdgeClock
  /// Whoever has the same gets the same texts.
  private let format: String

  package init(
    kind: ObjectKind, version: ObjectVersion, form: Acceptance.Form, rows: TableView.Rows = .metadata, hidesSecrets: Bool = true,
    clock: any EdgeClock
  ) {
    self.kind = kind
    self.version = version
    self.form = form
    self.rows = rows
    self.hidesSecrets = hidesSecrets
    self.clock = clock
    format = "\(kind.plural) \(version.rawValue) \(form) \(rows) \(hidesSecrets)"
  }

  /// Milliseconds for which what follows an event is gathered.
  static let pause: Int64 = 20

  /// What a client asked of a watch.
  package struct Options: Sendable {
    /// The revision it has seen; `nil` to begin with what is there.
    package var resourceVersion: Int64?
    /// Whether it wants a bookmark where what is there ends (`sendInitialEvents`).
    package var marksInitialEnd: Bool
    /// How new what is there has to be at least, where it wants that.
    package var leastRevision: Int64
    /// Whether it wants nothing of what is there, only what comes (`sendInitialEvents=false`).
    package var skipsInitial: Bool
    /// Whether it wants to be told how far it has come.
    package var wantsBookmarks: Bool
    /// After how many seconds the stream ends.
    package var seconds: Int64

    /// How long a watch lives when the client doesn't say, in seconds; the server picks a time in between.
    static let defaultAge: ClosedRange<Int64> = 1_800...3_600
    /// Milliseconds between two bookmarks.
    static let bookmarkInterval: Int64 = 60_000

    package init(_ request: APIRequest) throws(APIStatus) {
      switch request.query["resourceVersion"] {
      case nil, "", "0": resourceVersion = nil
      case let text?:
        guard let revision = Int64(text), revision >= 0 else {
          throw .badRequest("resourceVersion: Invalid value: \"\(text.prefix(64))\": it is no resource version")
        }
        resourceVersion = revision
      }
      wantsBookmarks = request.flag("allowWatchBookmarks")
      let sendsInitial = request.flag("sendInitialEvents")
      skipsInitial = request.query["sendInitialEvents"] != nil && !sendsInitial
      try Self.checkMatch(of: request)
      marksInitialEnd = sendsInitial && wantsBookmarks
      leastRevision = sendsInitial ? resourceVersion ?? 0 : 0
      if sendsInitial { resourceVersion = nil }
      let wanted = try ListOptions.number("timeoutSeconds", request.query).flatMap { $0 > 0 ? $0 : nil }
      seconds = min(wanted ?? Int64.random(in: Self.defaultAge), Self.defaultAge.upperBound)
    }

    /// `sendInitialEvents` and `resourceVersionMatch=NotOlderThan` belong together.
    private static func checkMatch(of request: APIRequest) throws(APIStatus) {
      let match = request.query["resourceVersionMatch"] ?? ""
      if request.query["sendInitialEvents"] == nil {
        if !match.isEmpty {
          throw ListOptions.forbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
        }
        return
      }
      var errors: [FieldError] = []
      if match.isEmpty {
        errors.append(
          FieldError(
            path: "resourceVersionMatch", kind: .forbidden,
            detail: "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
      } else if match != "NotOlderThan" {
        errors.append(
          FieldError(
            path: "resourceVersionMatch", kind: .notSupported, value: "\"\(match.prefix(32))\"",
            detail: "supported values: \"NotOlderThan\""))
      }
      if !(request.query["continue"] ?? "").isEmpty {
        errors.append(
          FieldError(
            path: "resourceVersionMatch", kind: .forbidden, detail: "resourceVersionMatch is forbidden when continue is provided"))
      }
      if !errors.isEmpty { throw .invalidOptions("ListOptions", errors) }
    }
  }

  /// An object that is there at the start, as an event.
  ///
  /// - Parameter isFirst: Whether it is the first of them.
  package func added(_ object: ServedObject, isFirst: Bool) -> [UInt8] { line("ADDED", view(object, isFirst: isFirst)) }

  /// What ends those that are there at the start.
  package func initialEnd(_ resourceVersion: Int64) -> [UInt8] {
    bookmark(resourceVersion, annotations: ["k8s.io/initial-events-end": "true"])
  }

  /// One message.
  ///
  /// - Parameter isFirst: Whether nothing was told before, so that a table's columns are still to be told.
  package func line(for message: WatchMessage, isFirst: Bool = false) -> [UInt8] {
    switch message {
    case .event(let event):
      if isFirst, case .table = form { line(event.change.rawValue, view(event.object, isFirst: true)) } else { line(for: event) }
    case .bookmark(let resourceVersion): bookmark(resourceVersion)
    }
  }

  /// One event.
  package func line(for event: WatchEvent) -> [UInt8] {
    event.encodings.text(for: format) {
      line(event.change.rawValue, view(event.object, isFirst: false))
    }
  }

  /// The event that ends a watch which can't go on.
  package func error(_ status: APIStatus) -> [UInt8] { line("ERROR", status.json) }

  private func bookmark(_ resourceVersion: Int64, annotations: JSONValue? = nil) -> [UInt8] {
    var metadata: JSONValue = ["resourceVersion": .string(String(resourceVersion)), "creationTimestamp": .null]
    metadata["annotations"] = annotations
    func partial(_ format: String) -> JSONValue {
      ["kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/\(format)"), "metadata": metadata]
    }
    switch form {
    case .object:
      return line("BOOKMARK", ["apiVersion": .string(version.groupVersion), "kind": .string(kind.rawValue), "metadata": metadata])
    case .partial(let format, _): return line("BOOKMARK", partial(format))
    case .table(let format):
      return line(
        "BOOKMARK",
        [
          "kind": "Table", "apiVersion": .string("meta.k8s.io/\(format)"),
          "metadata": ["resourceVersion": .string(String(resourceVersion))], "columnDefinitions": .null,
          "rows": [["cells": [], "object": partial(format)]],
        ])
    }
  }

  private func view(_ object: ServedObject, isFirst: Bool) -> JSONValue {
    let whole = object
    var object = object
    if hidesSecrets { object.stored.hideSecrets() }
    switch form {
    case .object: return ObjectView.json(object, in: version, as: kind)
    case .partial(let format, _): return ObjectView.partial(object, in: version, as: kind, "meta.k8s.io/\(format)")
    case .table(let format):
      // kubectl keeps the columns of the list it asked for first, so they are only told once.
      return TableView(kind: kind, version: version, now: clock.now, format: format, rows: rows, hidesSecrets: hidesSecrets)
        .json([whole], metadata: ["resourceVersion": .string(String(object.resourceVersion))], hasColumns: isFirst)
    }
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
