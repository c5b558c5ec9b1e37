package import MQTTClient

/// How our own broker runs.
package struct BrokerSettings: Sendable, Hashable {
  /// Where it listens for this machine's clients.
  package var address: MQTTAddress
  /// Whether clients without a login have a mapper's rights.
  package var allowsAnonymous: Bool
  /// Where it listens for other machines.
  package var tls: BrokerTLS?

  package init(address: MQTTAddress, allowsAnonymous: Bool = false, tls: BrokerTLS? = nil) {
    self.address = address
    self.allowsAnonymous = allowsAnonymous
    self.tls = tls
  }

  /// What the broker's configuration may name relative to its folder: mosquitto, started as root, gives up its rights before
  /// it reads these files, and a path from the root may lead through folders that are closed to it.
  enum File {
    static let passwords = "passwords"
    static let rules = "acl"
    static let tlsRules = "acl-tls"
    static let authorities = "tls-ca.pem"
    static let certificate = "tls-cert.pem"
    static let key = "tls-key.pem"
  }

  /// `mosquitto.conf`, for mosquitto 2.0.
  var configuration: String {
    let host = address.host == "localhost" ? "127.0.0.1" : address.host
    return """
      # Written by edgecore at each start.
      per_listener_settings true
      persistence false
      set_tcp_nodelay true
      log_dest stderr
      log_type error
      log_type warning
      log_type notice
      connection_messages false

      # Larger than what edgecore takes, so that a sender of something too large is told so and not left without an answer.
      message_size_limit \(16 << 20)
      # What is kept for a client that doesn't read: a count alone would allow gigabytes of large messages.
      max_inflight_messages 256
      max_inflight_bytes \(32 << 20)
      max_queued_messages 10000
      max_queued_bytes \(64 << 20)
      # Together they may still have more than a small node can spare. Who would exceed this loses its connection; should
      # mosquitto itself end of it, edgecore starts it again, and nothing that was acknowledged is lost.
      memory_limit \(256 << 20)
      # What waits for a client that asked for its session to be kept, and doesn't come back, is kept no longer.
      persistent_client_expiration 1h

      listener \(address.port) \(host)
      allow_anonymous \(allowsAnonymous)
      password_file \(File.passwords)
      acl_file \(File.rules)

      """ + (tls.map(Self.configuration) ?? "")
  }

  private static func configuration(_ tls: BrokerTLS) -> String {
    """

    listener \(tls.listen.port) \(tls.listen.host)
    # Other machines must not take all the descriptors that this machine's clients need.
    max_connections 200
    tls_version tlsv1.2
    cafile \(File.authorities)
    certfile \(File.certificate)
    keyfile \(File.key)
    require_certificate true
    use_identity_as_username true
    allow_anonymous false
    acl_file \(File.tlsRules)

    """
  }

  /// The access control list of this machine's clients.
  var rules: String {
    let anonymous = allowsAnonymous ? BrokerRole.mapper.rules("topic") : []
    let users = BrokerRole.allCases.flatMap { ["user \($0.rawValue)"] + $0.rules("topic") }
    return (anonymous + users).joined(separator: "\n") + "\n"
  }

  /// The access control list of other machines' clients: whatever name a certificate has, it is a mapper's.
  var tlsRules: String { BrokerRole.mapper.rules("pattern").joined(separator: "\n") + "\n" }
}
