internal import CMosquitto
internal import Synchronization

/// What libmosquitto tells, always on the session's thread.
///
/// The C functions are formed here, outside of any actor: a closure of an isolated context would trap on this thread.
extension MQTTSession {
  func installCallbacks() {
    mosquitto_connect_with_flags_callback_set(handle) { _, context, result, flags in
      MQTTSession.from(context)?.onConnect(result: result, flags: flags)
    }
    mosquitto_message_callback_set(handle) { _, context, message in
      guard let message = message?.pointee else { return }
      MQTTSession.from(context)?.onMessage(message)
    }
    mosquitto_publish_callback_set(handle) { _, context, identifier in
      MQTTSession.from(context)?.state.withLock { state in
        state.unacknowledgedBytes -= state.unacknowledged.removeValue(forKey: identifier) ?? 0
      }
    }
    mosquitto_log_callback_set(handle) { _, context, level, text in
      guard let text else { return }
      MQTTSession.from(context)?.onLog(level: level, text: text)
    }
    mosquitto_subscribe_callback_set(handle) { _, context, identifier, count, granted in
      MQTTSession.from(context)?.onSubscribe(identifier: identifier, granted: UnsafeBufferPointer(start: granted, count: Int(count)))
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> MQTTSession? {
    context.map { Unmanaged<MQTTSession>.fromOpaque($0).takeUnretainedValue() }
  }

  private func onConnect(result: Int32, flags: Int32) {
    guard result == 0 else {
      link.refusal = MQTTError(
        .refused,
        "the broker at \(configuration.address) refused the connection: \(Self.refusal(result))\(link.origin.map { "; \($0)" } ?? "")")
      return
    }
    link.wasAccepted = true
    link.subscribing.removeAll()
    state.withLock { state in
      state.isConnected = true
      state.refused.removeAll()
      for (filter, qos) in state.subscriptions {
        var identifier: Int32 = 0
        guard mosquitto_subscribe(handle, &identifier, filter, qos.rawValue) == MOSQ_ERR_SUCCESS.rawValue else { continue }
        link.subscribing[identifier] = [filter]
      }
    }
    events.push(.connected(sessionPresent: flags & 1 != 0))
  }

  /// What a CONNACK's code means (MQTT 3.1.1, section 3.2.2.3).
  private static func refusal(_ code: Int32) -> String {
    switch code {
    case 4: "wrong user or password"
    // What mosquitto says to a wrong password, too.
    case 5: "not authorised"
    default: String(cString: mosquitto_connack_string(code))
    }
  }

  private func onMessage(_ message: mosquitto_message) {
    guard let topicText = message.topic else { return }
    let topic = String(cString: topicText)
    let size = Int(message.payloadlen)
    guard size <= configuration.maximumPayload else {
      events.push(.oversized(topic: topic, size: size))
      return
    }
    let payload = size > 0 ? [UInt8](UnsafeRawBufferPointer(start: message.payload, count: size)) : []
    let qos = MQTTQoS(rawValue: message.qos) ?? .atMostOnce
    events.push(.message(MQTTMessage(topic: topic, payload: payload, qos: qos, retain: message.retain)))
  }

  private func onSubscribe(identifier: Int32, granted: UnsafeBufferPointer<Int32>) {
    guard let filters = link.subscribing.removeValue(forKey: identifier) else { return }
    // 0x80 is a refusal (MQTT 3.1.1, section 3.9.3).
    let refused = zip(filters, granted).filter { $0.1 >= 0x80 }.map(\.0)
    guard !refused.isEmpty else { return }
    state.withLock { $0.refused.formUnion(refused) }
    events.push(.subscriptionRefused(filters: refused))
  }
}
