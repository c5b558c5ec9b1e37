import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

/// Clients create, change and delete devices while their values move; who watches from any revision knows at the end what a list says.
@Suite("Watches and lists agree")
struct RandomisedWatchTests {
  private static let names = ["a", "b", "c", "d", "e"]
  private static let namespaces = ["default", "east"]
  /// What is watched: namespace, and selectors.
  private static let selections: [(namespace: String?, query: [String: String])] = [
    (nil, [:]), ("east", [:]), (nil, ["labelSelector": "zone=1"]), (nil, ["labelSelector": "zone notin (1,2),zone"]),
    ("default", ["fieldSelector": "metadata.name=b"]), (nil, ["fieldSelector": "spec.nodeName=edge-node-1"]),
  ]

  @Test("No event is missed or comes twice, from any revision, through selectors, bookmarks and restarts", arguments: 1...8)
  func reconstruction(seed: Int) async throws {
    let folder = try TestFolder()
    let clock = ManualClock()
    // What clients hold that were there before a restart, by selection.
    var held = Self.selections.map { _ in WatchedState([], revision: 0) }
    for round in 0..<3 {
      let before = held
      held = try await EdgeFixture.with(folder, clock: clock) { edge in
        var chance = SplitMix(seed: UInt64(seed * 10 + round))
        return try await Self.round(edge, &chance, held: before, isFirst: round == 0)
      }
    }
  }

  private static func round(
    _ edge: EdgeFixture, _ chance: inout SplitMix, held: [WatchedState], isFirst: Bool
  ) async throws -> [WatchedState] {
    var watches: [(selection: Int, from: WatchedState, subscription: MetaManager.Subscription)] = []
    // Every revision's lists, for watchers that begin there later.
    var past: [[WatchedState]] = []
    func lists() async throws -> [WatchedState] {
      var lists: [WatchedState] = []
      for index in selections.indices {
        let (objects, revision) = await edge.meta.list(try selection(index, edge))
        lists.append(WatchedState(objects, revision: revision))
      }
      return lists
    }
    if isFirst {
      _ = try await edge.call("POST", "/api/v1/namespaces", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "east"]])
      for namespace in namespaces {
        _ = try await edge.call("POST", Samples.models.replacing("default", with: namespace), Samples.model)
      }
    } else {
      // After a restart: either the watch goes on where it was, or the client is told to list again.
      for (index, state) in held.enumerated() {
        if let subscription = await edge.meta.watch(try selection(index, edge), after: state.revision) {
          watches.append((index, state, subscription))
        }
      }
    }
    for step in 0..<120 {
      try await change(edge, &chance)
      past.append(try await lists())
      if step % 6 == 0, let from = past.randomElement(using: &chance) {
        let index = Int.random(in: selections.indices, using: &chance)
        let subscription = try #require(await edge.meta.watch(try selection(index, edge), after: from[index].revision))
        watches.append((index, from[index], subscription))
      }
      if step % 11 == 0, let watch = watches.randomElement(using: &chance) { await edge.meta.bookmark(watch.subscription) }
    }
    // What moved last gets its revision.
    for _ in 0..<20 {
      try await eventually { edge.clock.sleeperCount > 0 }
      edge.clock.advance(by: 100)
    }
    let now = try await settled(edge)
    for watch in watches {
      watch.subscription.end()
      var state = watch.from
      for try await message in watch.subscription.events { state.apply(message) }
      #expect(state.complaints.isEmpty, "\(Self.selections[watch.selection]) from \(watch.from.revision)")
      let differences = state.differences(from: now[watch.selection])
      #expect(differences.isEmpty, "\(Self.selections[watch.selection]) from \(watch.from.revision)")
    }
    return now
  }

  /// The lists, once everything that moved has a revision.
  private static func settled(_ edge: EdgeFixture) async throws -> [WatchedState] {
    var last: [WatchedState] = []
    try await eventually("the lists to rest") {
      var lists: [WatchedState] = []
      for index in selections.indices {
        let (objects, revision) = await edge.meta.list(try selection(index, edge))
        lists.append(WatchedState(objects, revision: revision))
      }
      defer { last = lists }
      return !last.isEmpty && zip(lists, last).allSatisfy { $0.differences(from: $1).isEmpty && $0.revision == $1.revision }
    }
    return last
  }

  private static func selection(_ index: Int, _ edge: EdgeFixture) throws -> ObjectSelection {
    let (namespace, query) = selections[index]
    return try edge.server.selection(.device, namespace, try APIRequest(path: Samples.devices, query: query, kinds: edge.server.kinds))
  }

  /// Something that clients and mappers do; that it may be refused is part of it.
  private static func change(_ edge: EdgeFixture, _ chance: inout SplitMix) async throws {
    let namespace = namespaces.randomElement(using: &chance) ?? "default"
    let name = names.randomElement(using: &chance) ?? "a"
    let devices = Samples.devices.replacing("default", with: namespace)
    let device = "\(devices)/\(name)"
    let number = Int.random(in: 1...3, using: &chance)
    switch Int.random(in: 0..<12, using: &chance) {
    case 0, 1, 2:
      var body = Samples.device(name)
      body["metadata"] = ["name": .string(name), "labels": ["zone": .string("\(number)")]]
      if number == 3 { body["metadata"] = ["name": .string(name), "finalizers": ["example.com/wait"]] }
      _ = try await edge.call("POST", devices, body)
    case 3: _ = try await edge.call("PATCH", device, ["metadata": ["labels": ["zone": number == 3 ? .null : .string("\(number)")]]])
    case 4: _ = try await edge.call("PATCH", device, ["spec": ["nodeName": .string("edge-node-\(number)")]])
    case 5:
      _ = try await edge.call(
        "PATCH", device,
        [
          "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string(name)],
          "spec": ["deviceModelRef": ["name": "boiler-model"], "nodeName": .string("edge-node-\(number)")],
        ], contentType: "application/apply-patch+yaml", query: ["fieldManager": "applier", "force": "true"])
    case 6: _ = try await edge.call("DELETE", device)
    case 7: _ = try await edge.call("PATCH", device, ["metadata": ["finalizers": .null]])
    case 8:
      if number == 1 { _ = try await edge.call("DELETE", devices, query: ["labelSelector": "zone=2"]) }
    case 9, 10:
      let payload = #"{"twin":{"temperature":{"actual":{"value":"\#(Int.random(in: 0..<100, using: &chance))"}}}}"#
      _ = try await edge.receive(DeviceTopic(DeviceID(namespace: namespace, name: name), .twinUpdate).description, payload)
    default:
      let payload = #"{"state":"\#(["online", "offline", "unknown"][number - 1])"}"#
      _ = try await edge.receive(DeviceTopic(DeviceID(namespace: namespace, name: name), .stateUpdate).description, payload)
      edge.clock.advance(by: 300)
    }
  }

  @Test("Writers that race on one Device: each change is applied once or refused with 409", arguments: ["PUT", "PATCH", "apply"])
  func race(manner: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let device = Samples.devices + "/boiler"
      let refused = try await withThrowingTaskGroup(of: Int.self) { group in
        for writer in 1...3 {
          group.addTask {
            var refused = 0
            var done = 0
            while done < 50 {
              let (_, current, _) = try await edge.call("GET", device)
              let code = try await Self.count(manner, writer, current, device, edge)
              if code == 200 { done += 1 } else if code == 409 { refused += 1 } else { throw TestSupportError("answered \(code)") }
            }
            return refused
          }
        }
        // A mapper reports all the while, which is nobody's conflict.
        group.addTask {
          for value in 0..<100 {
            _ = try await edge.receive(
              Samples.topic("boiler", .twinUpdate), #"{"twin":{"temperature":{"actual":{"value":"\#(value)"}}}}"#)
          }
          return 0
        }
        return try await group.reduce(0, +)
      }
      let (_, last, _) = try await edge.call("GET", device)
      #expect(last.at("metadata", "annotations", "count") == "150", "\(refused) were refused")
    }
  }

  /// Counts one up from what was read.
  private static func count(
    _ manner: String, _ writer: Int, _ current: JSONValue, _ path: String, _ edge: EdgeFixture
  ) async throws -> Int {
    let count = current.at("metadata", "annotations", "count")?.string.flatMap { Int($0) } ?? 0
    let version = current.at("metadata", "resourceVersion") ?? .null
    let metadata: JSONValue = ["resourceVersion": version, "annotations": ["count": .string("\(count + 1)")]]
    switch manner {
    case "PUT":
      var object = current
      var whole = current["metadata"] ?? [:]
      whole["annotations"] = ["count": .string("\(count + 1)")]
      object["metadata"] = whole
      return try await edge.call("PUT", path, object).code
    case "PATCH": return try await edge.call("PATCH", path, ["metadata": metadata]).code
    default:
      var named = metadata
      named["name"] = "boiler"
      return try await edge.call(
        "PATCH", path, ["apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": named],
        contentType: "application/apply-patch+yaml", query: ["fieldManager": "counter-\(writer)", "force": "true"]
      ).code
    }
  }
}
