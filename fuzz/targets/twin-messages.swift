// modules: JSON TwinProtocol
import JSON
import TwinProtocol

// What comes over MQTT and from the cloud: the first byte says which message the rest is taken for.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = input.popFirst() else { return 0 }
  precondition(Envelope.eventID(in: input).utf8.count <= Envelope.maximumEventID)
  switch choice % 10 {
  case 0: checkUpdate(input, readingVersions: false)
  case 1: checkUpdate(input, readingVersions: true)
  case 2: _ = try? GetRequest(decoding: input)
  case 3: checkState(input)
  case 4: checkStatus(input)
  case 5: _ = try? CloudMembership(decoding: input)
  case 6: checkAttributes(input)
  case 7: checkDelta(input)
  case 8:
    if let receipt = try? TwinUpdateReceipt(decoding: input) {
      precondition(receipt.envelope.eventID.utf8.count <= Envelope.maximumEventID)
    }
    _ = try? TwinGetResult(decoding: input)
    _ = try? TwinUpdateResult(decoding: input)
  default: checkTopic(String(decoding: input, as: UTF8.self))
  }
  return 0
}

/// What was understood is understood the same when it is said again.
private func checkUpdate(_ input: [UInt8], readingVersions: Bool) {
  guard let update = try? TwinUpdate(decoding: input, readingVersions: readingVersions) else { return }
  var known = update
  known.malformed = [:]
  precondition((try? TwinUpdate(decoding: update.encoded, readingVersions: readingVersions)) == known)
}

private func checkState(_ input: [UInt8]) {
  guard let state = try? StateUpdate(decoding: input) else { return }
  precondition((try? StateUpdate(decoding: state.encoded)) == state)
}

private func checkStatus(_ input: [UInt8]) {
  guard let status = try? PeerStatus(decoding: input) else { return }
  precondition((try? PeerStatus(decoding: status.encoded)) == status)
}

private func checkAttributes(_ input: [UInt8]) {
  guard var update = try? AttributesUpdate(decoding: input) else { return }
  update.malformed = [:]
  precondition((try? AttributesUpdate(decoding: update.encoded)) == update)
}

private func checkDelta(_ input: [UInt8]) {
  guard let delta = try? TwinDelta(decoding: input) else { return }
  precondition((try? TwinDelta(decoding: delta.encoded)) == delta)
}

private func checkTopic(_ text: String) {
  if let topic = DeviceTopic(text) { precondition(topic.description == text && DeviceTopic(topic.description) == topic) }
  if let topic = NodeTopic(text) { precondition(topic.description == text) }
  _ = EventBusTopics.isUpload(text)
  if let id = DeviceID(text) { precondition(id.description == text || id.name == text) }
}

extension [UInt8] {
  fileprivate mutating func popFirst() -> UInt8? { isEmpty ? nil : removeFirst() }
}
