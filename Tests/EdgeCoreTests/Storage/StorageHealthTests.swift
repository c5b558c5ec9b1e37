import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("Storage that fails while edgecore runs")
struct StorageHealthTests {
  @Test("A failure is told once, another one once more, and its end with how much was refused")
  func notices() {
    var health = StorageHealth()
    let first = health.failed(.diskFull)
    #expect(first == .failing(.diskFull))
    for _ in 1...1_000 {
      let more = health.failed(.diskFull)
      #expect(more == nil)
    }
    #expect(health.isWorthTrying)
    let other = health.failed(.device("input/output error"))
    #expect(other == .failing(.device("input/output error")))
    let recovered = health.succeeded()
    #expect(recovered == .recovered(refusedCommits: 1_002))
    let again = health.succeeded()
    #expect(again == nil)
    _ = health.failed(.damaged("malformed"))
    #expect(!health.isWorthTrying)
  }

  @Test("Each problem has a sentence that names the file and says what to do")
  func sentences() {
    for problem in [StorageProblem.diskFull, .damaged("x"), .device("x"), .other("x")] {
      #expect(problem.sentence(database: "/state/swiftlet.db").contains("/state/swiftlet.db"))
    }
    #expect(StorageProblem.diskFull.sentence(database: "/s").contains("the disk is full"))
  }

  @Test("What changes nothing is answered though what came with it can't be stored; nothing is half applied")
  func mixedBatch() async throws {
    let folder = try TestFolder()
    let store = FailingStore()
    try await EdgeFixture.with(folder, store: store) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      store.fails = true
      let update = #"{"event_id":"u","twin":{"p":{"actual":{"value":"1"}},"q":{"actual":{"value":"2"}}}}"#
      // Decided together: all are there before the first commit is tried.
      let outcomes = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
        for index in 0..<20 {
          group.addTask {
            do {
              _ = try await edge.receive(Samples.topic("boiler", index % 2 == 0 ? .twinUpdate : .twinGet), update)
              return (index % 2 == 0 ? "update" : "get", true)
            } catch is EdgeCoreError {
              return (index % 2 == 0 ? "update" : "get", false)
            }
          }
        }
        var outcomes: [String: Set<Bool>] = [:]
        for try await (what, isTaken) in group { outcomes[what, default: []].insert(isTaken) }
        return outcomes
      }
      #expect(outcomes == ["update": [false], "get": [true]])
      #expect(await edge.reported("boiler", "p") == nil)
      store.fails = false
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), update)
      #expect(await edge.reported("boiler", "p") == "1")
      #expect(await edge.reported("boiler", "q") == "2")
    }
  }

  @Test("Damage that shows while running refuses updates, not reads; the next start looks for it and goes on with what is left")
  func damagedAtWork() async throws {
    let state = try StateFiles()
    let store = try SQLiteStore(path: state.database, clock: state.clock, logger: state.log.logger)
    try await EdgeFixture.with(state.folder, clock: state.clock, store: store) { edge in
      let note = String(repeating: "n", count: 20_000)
      // More than SQLite keeps in memory.
      for number in 0..<300 {
        var device = Samples.device(StateFiles.name(number))
        device["metadata"]?["annotations"] = ["note": .string(note)]
        _ = try await edge.call("POST", Samples.devices, device)
      }
      try state.overwrite(pages: 2..<400)
      var refusal: JSONValue?
      for number in 0..<300 where refusal == nil {
        do {
          _ = try await edge.call("PATCH", Samples.devices + "/" + StateFiles.name(number), ["metadata": ["labels": ["a": "b"]]])
        } catch let error as EdgeCoreError {
          refusal = .string(error.message)
        }
      }
      #expect(refusal?.string?.contains("is damaged") == true, "\(String(describing: refusal))")
      #expect(await store.isWritable() == false)
      #expect(await edge.deviceNames.count == 300)
      #expect(try await edge.call("GET", Samples.devices + "/device-007").code == 200)
    }
    #expect(state.names.contains("swiftlet.db.suspect"))
    #expect(state.log.lines.count { $0.contains("updates are refused") } == 1)
    try await state.open { edge in
      let created = try await edge.call("POST", Samples.devices, Samples.device("new"))
      #expect(created.code == 201)
    }
    #expect(!state.names.contains("swiftlet.db.suspect"))
    #expect(state.kept.count == 1)
  }
}
