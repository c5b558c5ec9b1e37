import DeviceAPI
import JSON
package import Logging
import TwinProtocol

/// Takes over, once, what a KubeEdge edgecore knew on this node: its devices, models, twins, and what the cloud listens to.
package struct KubeEdgeImport: Sendable {
  /// The name of KubeEdge's file, beside ours.
  package static let fileName = "edgecore.db"

  private let file: KubeEdgeFile
  private let writer: ObjectWriter
  private let clock: any EdgeClock
  private let logger: Logger

  /// - Parameter folder: Where our database is, and KubeEdge's may be.
  package init(folder: String, writer: ObjectWriter, clock: any EdgeClock, logger: Logger) {
    file = KubeEdgeFile(path: "\(folder)/\(Self.fileName)", workFolder: "\(folder)/swiftlet.db.import")
    self.writer = writer
    self.clock = clock
    self.logger = logger
  }

  /// Takes over what isn't there yet, unless that was done before; a file that can't be read costs a warning.
  package func run(into store: SQLiteStore) async {
    guard file.exists, store.imports[Self.fileName] == nil else { return }
    do {
      let known = try await store.load()
      let contents = try await file.contents()
      var draft = MetaDraft(base: MetaState(known))
      let summary = take(contents, into: &draft)
      var changes = draft.changes
      changes.subscribedTopics = Set(contents.topics).subtracting(known.subscribedTopics)
      changes.reservedResourceVersion = max(known.reservedResourceVersion, draft.lastResourceVersion)
      changes.finishedImport = FinishedImport(source: Self.fileName, time: clock.now, summary: "\(summary)")
      try await store.commit(changes)
      logger.notice("KubeEdge's database is taken over", metadata: summary.metadata.merging(["file": "\(file.path)"]) { $1 })
    } catch {
      logger.warning(
        "KubeEdge's database can't be taken over; the next start tries again, unless it is moved away",
        metadata: ["file": "\(file.path)", "reason": "\(error)"])
    }
  }

  /// What was taken over, and what wasn't.
  struct Summary: Sendable, CustomStringConvertible {
    var models = 0
    var devices = 0
    var twins = 0
    var properties = 0
    var topics = 0
    /// Devices and models that are here already, and stay as they are.
    var known = 0
    /// What can't be taken, and why.
    var skipped: [String] = []

    var metadata: Logger.Metadata {
      var metadata: Logger.Metadata = [
        "models": "\(models)", "devices": "\(devices)", "twins": "\(twins)", "properties": "\(properties)", "topics": "\(topics)",
      ]
      if known > 0 { metadata["known_already"] = "\(known)" }
      if !skipped.isEmpty {
        let more = skipped.count > 20 ? "; and \(skipped.count - 20) more" : ""
        metadata["skipped"] = "\(skipped.prefix(20).joined(separator: "; "))\(more)"
      }
      return metadata
    }

    var description: String { metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
  }

  func take(_ contents: KubeEdgeContents, into draft: inout MetaDraft) -> Summary {
    var summary = Summary()
    let now = clock.now
    let before = Set(draft.deviceIDs)
    // Models first, so that devices are held to them.
    for kind in [ObjectKind.deviceModel, .device] {
      for object in contents.objects { take(object, kind, into: &draft, &summary, now: now) }
    }
    let twins = Dictionary(grouping: contents.twins, by: \.deviceID)
    let attributes = Dictionary(grouping: contents.attributes, by: \.deviceID)
    for device in contents.devices {
      guard let id = Self.id(device.id, in: draft) else {
        summary.skipped.append("device \(device.id.prefix(64)): not a name")
        continue
      }
      guard !before.contains(id) else {
        summary.known += 1
        continue
      }
      var twin = draft.twin(id) ?? DeviceTwinState()
      let unknown = twin.take(device, twins[device.id] ?? [], attributes[device.id] ?? [], now: now)
      draft.put(twin, of: id, isUrgent: true)
      summary.twins += 1
      summary.properties += twin.properties.count
      if !unknown.isEmpty { summary.skipped.append("\(id): its model has no \(unknown.joined(separator: ", "))") }
    }
    summary.topics = contents.topics.count
    return summary
  }

  private func take(
    _ object: KubeEdgeContents.Object, _ kind: ObjectKind, into draft: inout MetaDraft, _ summary: inout Summary, now: Int64
  ) {
    var body: JSONValue
    do {
      body = try JSONValue(parsing: object.value)
    } catch {
      // Said once, not for each kind.
      if kind == .device { summary.skipped.append("\(object.key.prefix(128)): \(error)") }
      return
    }
    guard let name = KubeEdgeObjectName(key: object.key, body: body), name.kind == kind else { return }
    let key = ObjectKey(kind: kind, namespace: name.namespace, name: name.name)
    guard draft.object(key) == nil else {
      if draft.base.objects[key] != nil { summary.known += 1 }
      return
    }
    var refusal: String?
    // KubeEdge's own revision and identity mean nothing here.
    for field in ["resourceVersion", "uid", "managedFields", "deletionTimestamp"] { body["metadata"]?[field] = nil }
    writer.makeNamespace(key.namespace, draft: &draft, now: now)
    for version in name.versions {
      do {
        _ = try writer.create(body, key, version, ObjectWriter.Manner(fieldValidation: .ignore), draft: &draft, now: now)
        if kind == .device { summary.devices += 1 } else { summary.models += 1 }
        return
      } catch {
        // The first refusal is by the version that it most likely is.
        if refusal == nil { refusal = (error as? APIStatus)?.message ?? "\(error)" }
      }
    }
    summary.skipped.append("\(key): \(refusal ?? "unknown version")")
  }

  /// The device that an id means: namespace and name, or a name whose Device tells the namespace.
  private static func id(_ text: String, in draft: MetaDraft) -> DeviceID? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ DNSName.problem(subdomain: $0) == nil }) else { return nil }
    if parts.count == 2 { return DeviceID(namespace: parts[0], name: parts[1]) }
    let namesakes = draft.objects(.device, namespace: nil).filter { $0.key.name == parts[0] }
    let namespace = namesakes.count == 1 ? namesakes[0].key.namespace : "default"
    return DeviceID(namespace: namespace, name: parts[0])
  }
}
