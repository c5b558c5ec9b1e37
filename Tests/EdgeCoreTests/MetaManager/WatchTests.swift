import DeviceAPI
import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("Watching")
struct WatchTests {
  private static let all = ObjectSelection(kind: .device)

  @Test("A watcher sees what comes, changes and goes, in order and from the revision it names")
  func events() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let start = await edge.meta.list(Self.all).resourceVersion
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      _ = try await edge.call("PATCH", Samples.devices + "/boiler", ["metadata": ["labels": ["a": "b"]]])
      _ = try await edge.call("DELETE", Samples.devices + "/boiler")
      let watch = try #require(await edge.meta.watch(Self.all, after: start))
      watch.end()
      var seen: [String] = []
      var last = start
      for try await case .event(let event) in watch.events {
        #expect(event.resourceVersion > last)
        last = event.resourceVersion
        seen.append(event.change.rawValue)
      }
      #expect(seen == ["ADDED", "MODIFIED", "DELETED"])
    }
  }

  @Test("A revision from before the kept events, and from before a restart, is too old")
  func tooOld() async throws {
    let folder = try TestFolder()
    let revision = try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      return await edge.meta.list(Self.all).resourceVersion
    }
    try await EdgeFixture.with(folder) { edge in
      #expect(await edge.meta.watch(Self.all, after: revision) == nil)
    }
  }

  @Test("Large objects are kept for fewer changes, and a watcher that doesn't take them holds no more than that")
  func largeObjects() async throws {
    let folder = try TestFolder()
    let configMaps = "/api/v1/namespaces/default/configmaps"
    let selection = ObjectSelection(kind: .configMap)
    try await EdgeFixture.with(folder) { edge in
      let start = await edge.meta.list(selection).resourceVersion
      let idle = try #require(await edge.meta.watch(selection, after: start))
      var revisions: [Int64] = []
      for number in 0..<40 {
        let text = JSONValue.string(String(repeating: "x", count: 1_000_000) + "\(number)")
        let object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "large"], "data": ["text": text]]
        let answer =
          number == 0 ? try await edge.call("POST", configMaps, object) : try await edge.call("PATCH", configMaps + "/large", object)
        #expect(answer.code < 300)
        revisions.append(await edge.revision)
      }
      #expect(await edge.meta.watch(selection, after: start) == nil)
      let recent = try #require(await edge.meta.watch(selection, after: revisions[30]))
      recent.end()
      var told: [Int64] = []
      for try await case .event(let event) in recent.events { told.append(event.resourceVersion) }
      #expect(told == Array(revisions[31...]))
      var isLagging = false
      do {
        for try await _ in idle.events {}
      } catch is WatcherLagged {
        isLagging = true
      }
      #expect(isLagging)
    }
  }

  @Test("What enters a selection is added, what leaves it deleted")
  func selector() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var selection = Self.all
      selection.labels = try LabelSelector("zone in (a, b),!old")
      let start = await edge.meta.list(selection).resourceVersion
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      for labels in [["zone": "a"], ["zone": "c"], ["zone": "b", "old": "x"], ["zone": "b", "old": .null]] as [JSONValue] {
        _ = try await edge.call("PATCH", Samples.devices + "/boiler", ["metadata": ["labels": labels]])
      }
      let watch = try #require(await edge.meta.watch(selection, after: start))
      watch.end()
      var seen: [String] = []
      for try await case .event(let event) in watch.events { seen.append(event.change.rawValue) }
      #expect(seen == ["ADDED", "DELETED", "ADDED"])
    }
  }

  @Test("Values make a revision at most once a second, a state at once; a spec's watcher sees neither")
  func statusRevisions() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let start = await edge.meta.list(Self.all).resourceVersion
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      func report(_ value: Int) async throws {
        _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"twin":{"p":{"actual":{"value":"\#(value)"}}}}"#)
      }
      var specOnly = Self.all
      specOnly.isSpecOnly = true
      let watch = try #require(await edge.meta.watch(Self.all, after: start))
      let specWatch = try #require(await edge.meta.watch(specOnly, after: start))
      for value in 1...5 { try await report(value) }
      _ = try await edge.receive(Samples.topic("boiler", .stateUpdate), #"{"state":"online"}"#)
      try await report(6)
      try await eventually { edge.clock.sleeperCount > 0 }
      edge.clock.advance(by: 1_000)
      try await eventually {
        await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: "boiler"))?.twin?.properties["p"]?.actual?.value == "6"
      }
      func values(_ watch: MetaManager.Subscription) async throws -> [String?] {
        watch.end()
        var values: [String?] = []
        for try await case .event(let event) in watch.events { values.append(event.object.twin?.properties["p"]?.actual?.value) }
        return values
      }
      #expect(try await values(watch) == [nil, "1", "5", "6"])
      #expect(try await values(specWatch) == [nil])
      // Whoever comes back later is told how it is, not how it was in between.
      let late = try #require(await edge.meta.watch(Self.all, after: start))
      #expect(try await values(late) == [nil, "6"])
    }
  }

  @Test("A watcher that doesn't read is closed, and the others go on")
  func lagging() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let watch = try #require(await edge.meta.watch(Self.all, after: nil, buffer: 100))
      for number in 0...100 {
        _ = try await edge.call("POST", Samples.devices, Samples.device("d\(number)"))
      }
      #expect(await edge.meta.watcherCount == 0)
      await #expect(throws: WatcherLagged.self) { for try await _ in watch.events {} }
    }
  }

  @Test("A commit that fails changes nothing and is answered; the next one works")
  func commitFailure() async throws {
    let folder = try TestFolder()
    let store = FailingStore()
    try await EdgeFixture.with(folder, store: store) { edge in
      store.fails = true
      await #expect(throws: EdgeCoreError.self) { _ = try await edge.call("POST", Samples.devices, Samples.device()) }
      #expect(await edge.meta.list(Self.all).objects.isEmpty)
      store.fails = false
      let created = try await edge.call("POST", Samples.devices, Samples.device())
      #expect(created.code == 201)
    }
  }
}
