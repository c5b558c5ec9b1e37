import TwinProtocol

/// Messages that wait to be applied, in the order in which that is done: that in which they came, but that small ones go
/// before large ones of other devices, so that a desired value doesn't wait until everything is stored that mappers report.
///
/// Of one device nothing overtakes anything, and nothing overtakes what may concern several devices.
package struct TwinInbox: Sendable {
  /// Bytes of a message that may go first: a desired value has less, the report of a device with many properties more.
  private static let smallSize = 8 << 10
  /// Messages, and bytes of them, that one commit takes at most of those that go first and of the others each: what they are
  /// answered with waits in memory meanwhile, and what comes meanwhile waits for all of them.
  private static let maximumBatch = (messages: 256, bytes: 512 << 10)

  private var small: [InboundMessage] = []
  private var others: [InboundMessage] = []
  /// How many of ``others`` are about a device of this name, and about no one device.
  private var names: [String: Int] = [:]
  private var general = 0
  /// Bytes that wait, about.
  package private(set) var bytes = 0

  /// An empty one.
  package init() {}

  /// How many messages wait.
  package var count: Int { small.count + others.count }

  /// Takes a message.
  package mutating func add(_ message: InboundMessage) {
    bytes += message.size
    if let name = message.deviceName {
      // The old and the new shape of topics may mean the same device.
      if message.size <= Self.smallSize, general == 0, names[name] == nil { return small.append(message) }
      names[name, default: 0] += 1
    } else {
      general += 1
    }
    others.append(message)
  }

  /// Takes out what is to be applied next, in one commit.
  package mutating func nextBatch() -> [InboundMessage] {
    let first = Self.take(from: &small, atMost: small.count)
    // What came after a small one that is still there has to stay behind it.
    let left = Set(small.compactMap(\.deviceName))
    let end = left.isEmpty ? others.count : others.firstIndex { $0.deviceName.map(left.contains) ?? true } ?? others.count
    let second = Self.take(from: &others, atMost: end)
    for message in second { forget(message) }
    bytes -= (first + second).reduce(0) { $0 + $1.size }
    return first + second
  }

  private static func take(from queue: inout [InboundMessage], atMost limit: Int) -> [InboundMessage] {
    var count = 0
    var size = 0
    while count < min(limit, maximumBatch.messages), count == 0 || size + queue[count].size <= maximumBatch.bytes {
      size += queue[count].size
      count += 1
    }
    defer { queue.removeFirst(count) }
    return Array(queue.prefix(count))
  }

  private mutating func forget(_ message: InboundMessage) {
    guard let name = message.deviceName else {
      general -= 1
      return
    }
    let left = names[name, default: 1] - 1
    names[name] = left > 0 ? left : nil
  }
}

extension InboundMessage {
  /// The name of the device that the message is about; `nil` when it is about several, or none.
  fileprivate var deviceName: String? {
    if case .device(let topic) = subject { topic.address.name } else { nil }
  }
}
