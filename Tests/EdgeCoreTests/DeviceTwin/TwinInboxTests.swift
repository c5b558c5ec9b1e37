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
    _ = inbox.add(try Self.update(of: "default/a", 1, size: 100_000))
    _ = inbox.add(try Self.update(of: "default/b", 2, size: 100_000))
    _ = inbox.add(try Self.update(of: "default/c", 3))
    _ = inbox.add(try Self.update(of: "b", 4))
    _ = inbox.add(try Self.update(of: "default/c", 5, size: 100_000))
    _ = inbox.add(try Self.update(of: "default/c", 6))
    #expect(Self.drain(&inbox).flatMap(\.self) == [3, 1, 2, 4, 5, 6])
    #expect(inbox.bytes == 0)
  }

  @Test("What a mapper says of itself stays between what came before and after it")
  func mapperStatus() throws {
    var inbox = TwinInbox()
    _ = inbox.add(try Self.update(of: "default/a", 1, size: 100_000))
    _ = inbox.add(try Self.update(of: "default/b", 2))
    _ = inbox.add(try Self.message("$hw/events/node/n/membership/get", 3))
    _ = inbox.add(try Self.update(of: "default/b", 4))
    #expect(Self.drain(&inbox).flatMap(\.self) == [2, 1, 3, 4])
  }

  @Test("Many small messages neither starve a large one nor are overtaken by one of their device")
  func fairness() throws {
    var limits = TwinInbox.Limits()
    limits.messagesPerDevice = 1_000
    limits.bytesPerDevice = 10 << 20
    var inbox = TwinInbox(limits: limits)
    for _ in 0..<300 { _ = inbox.add(try Self.update(of: "default/a", 1)) }
    _ = inbox.add(try Self.update(of: "default/b", 2, size: 1_000_000))
    _ = inbox.add(try Self.update(of: "default/a", 3, size: 100_000))
    let batches = Self.drain(&inbox)
    #expect(batches.first == Array(repeating: 1, count: 256) + [2])
    #expect(batches.flatMap(\.self) == Array(repeating: 1, count: 256) + [2] + Array(repeating: 1, count: 44) + [3])
  }

  @Test("Of one device only so many messages wait; the newest isn't taken, those of others are")
  func flood() throws {
    var inbox = TwinInbox()
    for _ in 0..<256 { #expect(inbox.add(try Self.update(of: "default/a", 1)) == nil) }
    #expect(inbox.add(try Self.update(of: "default/a", 2)) == .device)
    #expect(inbox.add(try Self.update(of: "a", 2)) == .device)
    #expect(inbox.add(try Self.message("$hw/events/device/default/a/twin/get", 2)) == .device)
    #expect(inbox.add(try Self.message("$hw/events/device/default/a/state/update", 2)) == .device)
    #expect(inbox.add(try Self.update(of: "default/b", 3)) == nil)
    #expect(Self.drain(&inbox).flatMap(\.self) == Array(repeating: 1, count: 256) + [3])
    #expect(inbox.add(try Self.update(of: "default/a", 4)) == nil)
    #expect(inbox.count == 1)
  }

  @Test("Of one device only so many bytes wait, but one message always may")
  func large() throws {
    var inbox = TwinInbox()
    #expect(inbox.add(try Self.update(of: "default/a", 1, size: 1 << 20)) == nil)
    #expect(inbox.add(try Self.update(of: "default/a", 2)) == .device)
    #expect(inbox.add(try Self.update(of: "default/b", 3, size: 600_000)) == nil)
    #expect(inbox.add(try Self.update(of: "default/b", 4, size: 600_000)) == .device)
    #expect(inbox.add(try Self.update(of: "default/b", 5)) == nil)
    #expect(Self.drain(&inbox).flatMap(\.self) == [1, 3, 5])
    #expect(inbox.bytes == 0)
  }

  @Test("Of what is about no device only so much waits, but that a mapper came or went is always taken")
  func general() throws {
    var inbox = TwinInbox()
    for _ in 0..<256 { #expect(inbox.add(try Self.message("$hw/events/node/n/membership/get", 1)) == nil) }
    #expect(inbox.add(try Self.message("$hw/events/node/n/membership/get", 2)) == .device)
    #expect(inbox.add(try Self.message("$hw/events/mapper/m/status", 3)) == nil)
    #expect(inbox.add(try Self.update(of: "default/a", 4)) == nil)
    #expect(Self.drain(&inbox).flatMap(\.self) == Array(repeating: 1, count: 256) + [3, 4])
  }

  @Test("When too much waits in all, nothing more is taken")
  func full() throws {
    var limits = TwinInbox.Limits()
    limits.messages = 3
    var inbox = TwinInbox(limits: limits)
    for name in ["a", "b", "c"] { #expect(inbox.add(try Self.update(of: name, 1)) == nil) }
    #expect(inbox.add(try Self.update(of: "d", 2)) == .all)
    #expect(Self.drain(&inbox).flatMap(\.self) == [1, 1, 1])
    #expect(inbox.add(try Self.update(of: "d", 3)) == nil)
  }
}
