import JSON
import TwinProtocol

/// What a sender of twin updates has to know: each device's updates are numbered, and carry their number as the value of
/// every property, so that what became of each can be told from any value.
///
/// A device has one update on its way at a time, and what isn't answered is sent again, as a mapper does.
struct TwinLoad: Sendable {
  /// A message to publish.
  struct Send: Sendable {
    let topic: String
    let payload: [UInt8]
  }

  private struct Device: Sendable {
    /// The number of the last update that was sent, and of the last that was answered.
    var sent = 0
    var acknowledged = 0
    var sentAt: Int64 = 0
    /// The number of the last document.
    var documented = 0
  }

  /// Milliseconds without an answer after which an update is sent again.
  private static let patience: Int64 = 3_000

  let properties: Int
  private let window: Int
  private var devices: [Device]
  /// Devices that wait for their turn, a ring.
  private var idle: [Int]
  private var inFlight = 0
  private(set) var isEnding = false

  private(set) var resent = 0
  private(set) var answeredTwice = 0
  private(set) var documents = 0
  private(set) var documentsAgain = 0
  /// What must not be.
  private(set) var problems: [String] = []

  /// - Parameter window: Updates on their way at a time, of all devices.
  init(devices: Int, properties: Int, window: Int) {
    self.devices = Array(repeating: Device(), count: devices)
    self.properties = properties
    self.window = window
    idle = Array(0..<devices)
  }

  static func name(_ device: Int) -> String { "device-\(device)" }

  var acknowledged: Int { devices.reduce(0) { $0 + $1.acknowledged } }
  var isSettled: Bool { inFlight == 0 }

  /// The number of the last update of a device, all of them answered once this is settled.
  func last(of device: Int) -> Int { devices[device].acknowledged }

  /// Nothing new is sent from now on.
  mutating func end() { isEnding = true }

  /// What can be sent now.
  mutating func next(now: Int64) -> [Send] {
    var sends: [Send] = []
    while !isEnding, inFlight < window, !idle.isEmpty {
      let device = idle.removeFirst()
      devices[device].sent += 1
      devices[device].sentAt = now
      inFlight += 1
      sends.append(update(device, devices[device].sent))
    }
    return sends
  }

  /// What has to be sent again: all that isn't answered when edgecore came or the connection is new, else what waits too long.
  mutating func again(all: Bool, now: Int64) -> [Send] {
    var sends: [Send] = []
    for (index, device) in devices.enumerated() where device.sent > device.acknowledged {
      guard all || now - device.sentAt >= Self.patience else { continue }
      devices[index].sentAt = now
      sends.append(update(index, device.sent))
    }
    resent += sends.count
    return sends
  }

  /// An answer came.
  mutating func answered(_ device: Int, eventID: String, refusal: Refusal?) {
    guard let number = Self.number(eventID, of: device) else { return problem("\(Self.name(device)): answer to \(eventID)") }
    if let refusal { return problem("\(Self.name(device)): update \(number) refused: \(refusal)") }
    let state = devices[device]
    if number <= state.acknowledged {
      answeredTwice += 1
      return
    }
    guard number == state.sent else { return problem("\(Self.name(device)): answer to \(number), sent are \(state.sent)") }
    devices[device].acknowledged = number
    idle.append(device)
    inFlight -= 1
  }

  /// A document tells what an update changed: applied once and in order, each number follows the one before.
  mutating func documented(_ device: Int, eventID: String, changes: JSONObject) {
    documents += 1
    guard let number = Self.number(eventID, of: device) else { return problem("\(Self.name(device)): document of \(eventID)") }
    if changes.count != properties { problem("\(Self.name(device)): update \(number) changed \(changes.count) properties") }
    for (property, change) in changes {
      func value(_ side: String) -> Int { change.at(side, "actual", "value")?.string.flatMap { Int($0) } ?? 0 }
      let (before, after) = (value("last"), value("current"))
      if before != number - 1 || after != number {
        problem("\(Self.name(device)).\(property): update \(number) changed \(before) to \(after)")
      }
    }
    // A broker that dies before it has acknowledged a document gets it once more when it is back.
    if number <= devices[device].documented { documentsAgain += 1 }
    devices[device].documented = max(number, devices[device].documented)
  }

  mutating func problem(_ text: String) {
    if problems.count < 100 { problems.append(text) }
  }

  private static func number(_ eventID: String, of device: Int) -> Int? {
    let parts = eventID.split(separator: ".")
    guard parts.count == 2, Int(parts[0]) == device else { return nil }
    return Int(parts[1])
  }

  private func update(_ device: Int, _ number: Int) -> Send {
    var twins: [String: Twin] = [:]
    for property in 0..<properties { twins["p\(property)"] = Twin(actual: TwinValue("\(number)")) }
    let envelope = Envelope(eventID: "\(device).\(number)", timestamp: 0)
    return Send(
      topic: DeviceTopic(DeviceID(name: Self.name(device)), .twinUpdate).description,
      payload: TwinUpdate.encoded(envelope, changes: twins))
  }
}
