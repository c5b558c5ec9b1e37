import EdgeCore
import Testing

@Suite("The order in which messages are applied")
struct TwinInboxTests {
  private static func message(_ topic: String, _ mark: Int, size: Int = 10) throws -> InboundMessage {
    try #require(InboundMessage(topic: topic, content: .payload(Array(repeating: UInt8(mark), count: size))))
  }

  private static func update(of device: String, _ mark: Int, size: Int = 10) throws -> InboundMessage {
    try message("$hw/events/device/\(device)/twin/update", mark, size: size)
  }

  /// All that waits, in batches; each message by the byte it is made of.
  private static func drain(_ inbox: inout TwinInbox) -> [[UInt8]] {
    var batches: [[UInt8]] = []
    while inbox.count > 0 {
      batches.append(
        inbox.nextBatch().map { message in
          if case .payload(let payload) = message.content { payload.first ?? 0 } else { 0 }
        })
    }
    return batches
  }

  @Test("A small message goes before large ones of other devices, not before one of its own")
  func overtaking() throws {
    var inbox = TwinInbox()
    inbox.add(try Self.update(of: "default/a", 1, size: 100_000))
    inbox.add(try Self.update(of: "default/b", 2, size: 100_000))
    inbox.add(try Self.update(of: "default/c", 3))
    inbox.add(try Self.update(of: "b", 4))
    inbox.add(try Self.update(of: "default/c", 5, size: 100_000))
    inbox.add(try Self.update(of: "default/c", 6))
    #expect(Self.drain(&inbox).flatMap(\.self) == [3, 1, 2, 4, 5, 6])
    #expect(inbox.bytes == 0)
  }

  @Test("What a mapper says of itself stays between what came before and after it")
  func mapperStatus() throws {
    var inbox = TwinInbox()
    inbox.add(try Self.update(of: "default/a", 1, size: 100_000))
    inbox.add(try Self.update(of: "default/b", 2))
    inbox.add(try Self.message("$hw/events/node/n/membership/get", 3))
    inbox.add(try Self.update(of: "default/b", 4))
    #expect(Self.drain(&inbox).flatMap(\.self) == [2, 1, 3, 4])
  }

  @Test("Many small messages neither starve a large one nor are overtaken by one of their device")
  func fairness() throws {
    var inbox = TwinInbox()
    for _ in 0..<300 { inbox.add(try Self.update(of: "default/a", 1)) }
    inbox.add(try Self.update(of: "default/b", 2, size: 1_000_000))
    inbox.add(try Self.update(of: "default/a", 3, size: 100_000))
    let batches = Self.drain(&inbox)
    #expect(batches.first == Array(repeating: 1, count: 256) + [2])
    #expect(batches.flatMap(\.self) == Array(repeating: 1, count: 256) + [2] + Array(repeating: 1, count: 44) + [3])
  }
}
