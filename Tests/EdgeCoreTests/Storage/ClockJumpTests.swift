import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("A clock that is set back or forward by years")
struct ClockJumpTests {
  private static let years: Int64 = 5 * 365 * 86_400_000

  private static func wish(_ edge: EdgeFixture, _ value: String) async throws -> Int64 {
    let patched = try await edge.call(
      "PATCH", Samples.devices + "/boiler", ["spec": ["properties": [["name": "target", "desired": ["value": .string(value)]]]]])
    #expect(patched.code == 200, "\(patched.json)")
    let device = await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: "boiler"))
    return try #require(device?.twin?.properties["target"]?.expected?.timestamp)
  }

  @Test("What identifies a desired value only grows, also over a restart and when the wish before was taken back")
  func wishes() async throws {
    let state = try StateFiles()
    let start = state.clock.now
    let first = try await state.open { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let first = try await Self.wish(edge, "50")
      edge.clock.set(start - Self.years)
      let second = try await Self.wish(edge, "51")
      #expect(second > first)
      edge.clock.set(start + Self.years)
      let third = try await Self.wish(edge, "52")
      #expect(third > second)
      return third
    }
    state.clock.set(0)
    try await state.open { edge in
      let fourth = try await Self.wish(edge, "53")
      #expect(fourth > first)
      // Written, taken back, and wished again: a mapper must not take it for the one it wrote.
      _ = try await edge.receive(
        Samples.topic("boiler", .twinUpdate),
        #"{"event_id":"w","twin":{"target":{"actual":{"value":"53"},"written":{"timestamp":\#(fourth)}}}}"#)
      _ = try await edge.call(
        "PATCH", Samples.devices + "/boiler", ["spec": ["properties": [["name": "target"]]]])
      let fifth = try await Self.wish(edge, "53")
      #expect(fifth > fourth)
    }
  }

  @Test("Values go on becoming revisions once a second", arguments: [-years, years])
  func revisions(jump: Int64) async throws {
    let state = try StateFiles()
    try await state.open { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      for value in 1...6 {
        if value == 3 { edge.clock.set(edge.clock.now + jump) }
        _ = try await edge.receive(
          Samples.topic("boiler", .twinUpdate), #"{"twin":{"p":{"actual":{"value":"\#(value)"}}}}"#)
        try await eventually { edge.clock.sleeperCount > 0 }
        edge.clock.advance(by: 1_000)
        try await eventually("value \(value) shown") { await edge.reported("boiler", "p") == "\(value)" }
      }
    }
  }

  @Test("State of another time opens, goes on, and its revisions grow", arguments: [-years, years, -1_795_411_140_000])
  func start(jump: Int64) async throws {
    let state = try StateFiles()
    try await state.fill(devices: 3)
    let before = try await state.open { await $0.revision }
    state.clock.set(state.clock.now + jump)
    try await state.open { edge in
      #expect(await edge.revision >= before)
      let answers = try await edge.receive(
        Samples.topic("device-001", .twinUpdate), #"{"event_id":"n","twin":{"temperature":{"actual":{"value":"77"}}}}"#)
      let result = try TwinUpdateResult(decoding: try #require(answers.first).payload)
      #expect(result.refusal == nil)
      #expect(await edge.deviceNames.count == 3)
    }
    #expect(state.log.complaints.isEmpty, "\(state.log.lines)")
  }
}
