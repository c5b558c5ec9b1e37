package import MQTTClient

/// How edgecore logs in to the broker, whichever it is.
package struct BrokerAccess: Sendable {
  private let configured: MQTTLogin?
  private let files: BrokerFiles

  /// - Parameters:
  ///   - username: What the configuration says, for a broker that isn't ours.
  ///   - stateFolder: Where our own broker's files are.
  package init(username: String?, password: String?, stateFolder: String) {
    configured = username.map {
      MQTTLogin(username: $0, password: password, origin: "edgecore logs in as \"\($0)\" (modules.eventBus.mqttUsername)")
    }
    files = BrokerFiles(stateFolder: stateFolder)
  }

  /// The login for the next attempt. Ours is for our own broker alone, never for a stranger on the same port.
  package func login() -> MQTTLogin {
    if let configured { return configured }
    if files.running() != nil, let own = files.credential(of: .edgecore) {
      return MQTTLogin(username: own.username, password: own.password, origin: "edgecore logs in with \(files.login(of: .edgecore))")
    }
    return MQTTLogin(origin: "edgecore has no login for it (modules.eventBus.mqttUsername, mqttPassword, eventBusTLS)")
  }
}
