import EdgeCore
import Logging
import TestSupport
import Testing
import TwinProtocol

@Suite("What waits while a commit is on its way")
struct DeviceTwinTests {
  @Test("Of a flood about one device so much waits and the rest is refused with 429; other devices are served by the next commit")
  func flood() async throws {
    let store = GatedStore()
    try await EdgeFixture.with(try TestFolder(), store: store) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      for name in ["a", "b"] { _ = try await edge.call("POST", Samples.devices, Samples.device(name)) }
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      let (refusals, refused) = AsyncStream<OutboundMessage>.makeStream()
      let twin = DeviceTwin(
        meta: edge.meta, dispatcher: edge.dispatcher, clock: edge.clock, logger: logger, publish: { refused.yield($0) })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await twin.run() }
        defer { group.cancelAll() }
        store.shut()
        await twin.receive([try Self.update("a", 0)])
        await store.commitArrives()
        await twin.receive(try (1...300).map { try Self.update("a", $0) } + [try Self.update("b", 301)])

        var codes: [String: Int] = [:]
        for await message in refusals {
          let result = try TwinUpdateResult(decoding: message.payload)
          codes[result.envelope.eventID] = result.refusal?.code
          if codes.count == 44 { break }
        }
        #expect(codes == Dictionary(uniqueKeysWithValues: (257...300).map { ("e\($0)", 429) }))
        #expect(await twin.statistics.overflows == [.device: 44])
        #expect(await twin.statistics.waiting == 257)

        store.open()
        var answered: [String] = []
        for await message in edge.outbound where message.topic.hasSuffix("/twin/update/result") {
          let result = try TwinUpdateResult(decoding: message.payload)
          #expect(result.refusal == nil)
          answered.append(result.envelope.eventID)
          if answered.count == 258 { break }
        }
        // The commit after takes 256 messages, the other device's is in the next.
        #expect(answered == (0...256).map { "e\($0)" } + ["e301"])
        #expect(await edge.meta.statistics.updates.applied == 258)
        #expect(await twin.statistics.waiting == 0)
      }
    }
  }

  @Test("Whoever reads the API is served while a commit waits for the disk")
  func reading() async throws {
    let store = GatedStore()
    try await EdgeFixture.with(try TestFolder(), store: store) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      store.shut()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"twin":{"temperature":{"actual":{"value":"20"}}}}"#)
        }
        await store.commitArrives()
        #expect(try await edge.call("GET", Samples.devices + "/boiler").code == 200)
        store.open()
        try await group.waitForAll()
      }
    }
  }

  private static func update(_ device: String, _ number: Int) throws -> InboundMessage {
    let update = TwinUpdate(
      envelope: Envelope(eventID: "e\(number)", timestamp: 1), twins: ["temperature": Twin(actual: TwinValue("\(number % 100)"))])
    return try #require(InboundMessage(topic: Samples.topic(device, .twinUpdate), content: .payload(update.encoded)))
  }
}
