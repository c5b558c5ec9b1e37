import TwinProtocol

/// Messages that wait to be applied, in the order in which that is done: that in which they came, but that small ones go
/// before large ones of other devices, so that a desired value doesn't wait until everything is stored that mappers report.
///
/// Of one device nothing overtakes anything, and nothing overtakes what may concern several devices. Of one device only so much
/// waits, so that whoever floods it takes no room from the others.
package struct TwinInbox: Sendable {
  /// What may wait.
  package struct Limits: Sendable, Hashable {
    /// Messages about one device. Those about none count as if they were about one.
    package var messagesPerDevice = 256
    /// Bytes of them; one always may wait, whatever its size.
    package var bytesPerDevice = 1 << 20
    /// Messages in all.
    package var messages = 20_000

    package init() {}
  }

  /// Why a message isn't taken.
  package enum Overflow: String, Sendable, Hashable {
    /// Too much about its device waits.
    case device
    /// Too much waits.
    case all
  }

  /// What of a device waits.
  private struct Backlog {
    var messages = 0
    var bytes = 0
    /// How many of them are in ``others``.
    var others = 0
  }

  /// Bytes of a message that may go first: a desired value has less, the report of a device with many properties more.
  private static let smallSize = 8 << 10
  /// Messages, and bytes of them, that one commit takes at most of those that go first and of the others each: what they are
  /// answered with waits in memory meanwhile, and what comes meanwhile waits for all of them.
  private static let maximumBatch = (messages: 256, bytes: 512 << 10)

  private var small: [InboundMessage] = []
  private var others: [InboundMessage] = []
  /// By the device's name, since the old and the new shape of topics may mean the same device.
  private var backlogs: [String: Backlog] = [:]
  /// How many of ``others`` are about no one device.
  private var general = 0
  private let limits: Limits
  /// Bytes that wait, about.
  package private(set) var bytes = 0

  /// An empty one.
  package init(limits: Limits = Limits()) { self.limits = limits }

  /// How many messages wait.
  package var count: Int { small.count + others.count }

  /// Takes a message.
  ///
  /// - Returns: Why it isn't taken; `nil` when it is.
  package mutating func add(_ message: InboundMessage) -> Overflow? {
    // That a mapper came or went is never refused: nobody would be told, and there are few mappers.
    if case .mapperStatus = message.subject {
      take(message, asOneOf: nil)
      return nil
    }
    guard count < limits.messages else { return .all }
    let name = message.deviceName
    if let name, let backlog = backlogs[name] {
      let isWithin = backlog.messages < limits.messagesPerDevice && backlog.bytes + message.size <= limits.bytesPerDevice
      guard isWithin else { return .device }
    } else if name == nil, general >= limits.messagesPerDevice {
      return .device
    }
    take(message, asOneOf: name)
    return nil
  }

  private mutating func take(_ message: InboundMessage, asOneOf name: String?) {
    let size = message.size
    bytes += size
    guard let name else {
      general += 1
      return others.append(message)
    }
    var backlog = backlogs[name] ?? Backlog()
    backlog.messages += 1
    backlog.bytes += size
    if size <= Self.smallSize, general == 0, backlog.others == 0 {
      small.append(message)
    } else {
      backlog.others += 1
      others.append(message)
    }
    backlogs[name] = backlog
  }

  /// Takes out what is to be applied next, in one commit.
  package mutating func nextBatch() -> [InboundMessage] {
    let first = Self.take(from: &small, atMost: small.count)
    // What came after a small one that is still there has to stay behind it.
    let left = Set(small.compactMap(\.deviceName))
    let end = left.isEmpty ? others.count : others.firstIndex { $0.deviceName.map(left.contains) ?? true } ?? others.count
    let second = Self.take(from: &others, atMost: end)
    for message in first { forget(message, isOther: false) }
    for message in second { forget(message, isOther: true) }
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

  private mutating func forget(_ message: InboundMessage, isOther: Bool) {
    let size = message.size
    bytes -= size
    guard let name = message.deviceName else {
      general -= 1
      return
    }
    guard var backlog = backlogs[name] else { return }
    backlog.messages -= 1
    backlog.bytes -= size
    if isOther { backlog.others -= 1 }
    backlogs[name] = backlog.messages > 0 ? backlog : nil
  }
}

extension InboundMessage {
  /// The name of the device that the message is about; `nil` when it is about several, or none.
  fileprivate var deviceName: String? {
    if case .device(let topic) = subject { topic.address.name } else { nil }
  }
}
