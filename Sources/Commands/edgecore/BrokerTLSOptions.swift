import ArgumentParser
import EdgeCore

/// What a user may say about TLS with a broker, and of edgecore's own broker.
struct BrokerTLSOptions: ParsableArguments {
  @Option(help: Self.help("The authorities of a broker at tls://host:port", "TLS_MQTT_CA_FILE", "eventBusTLS.tlsMqttCAFile"))
  var tlsMqttCaFile: String?
  @Option(help: Self.help("edgecore's certificate for that broker", "TLS_MQTT_CERT_FILE", "eventBusTLS.tlsMqttCertFile"))
  var tlsMqttCertFile: String?
  @Option(help: Self.help("The key of that certificate", "TLS_MQTT_PRIVATE_KEY_FILE", "eventBusTLS.tlsMqttPrivateKeyFile"))
  var tlsMqttPrivateKeyFile: String?
  @Option(
    help: Self.help(
      "Where edgecore's own broker listens for other machines too, with TLS", "MQTT_SERVER_TLS_LISTEN", "mqttServerTLS.listen", "host:port")
  )
  var mqttServerTLSListen: String?
  @Option(
    help: Self.help("The authorities of certificates of clients that come there", "MQTT_SERVER_TLS_CA_FILE", "mqttServerTLS.caFile"))
  var mqttServerTLSCaFile: String?
  @Option(help: Self.help("The broker's certificate there", "MQTT_SERVER_TLS_CERT_FILE", "mqttServerTLS.certFile"))
  var mqttServerTLSCertFile: String?
  @Option(help: Self.help("The key of that certificate", "MQTT_SERVER_TLS_PRIVATE_KEY_FILE", "mqttServerTLS.privateKeyFile"))
  var mqttServerTLSPrivateKeyFile: String?

  private static func help(_ text: String, _ variable: String, _ key: String, _ value: String = "file") -> ArgumentHelp {
    ArgumentHelp("\(text) (EDGECORE_\(variable), modules.eventBus.\(key)).", valueName: value)
  }

  /// Adds what was said to other options.
  func set(_ options: inout EdgeCoreOptions) {
    options.tlsMqttCAFile = tlsMqttCaFile
    options.tlsMqttCertFile = tlsMqttCertFile
    options.tlsMqttPrivateKeyFile = tlsMqttPrivateKeyFile
    options.mqttServerTLSListen = mqttServerTLSListen
    options.mqttServerTLSCAFile = mqttServerTLSCaFile
    options.mqttServerTLSCertFile = mqttServerTLSCertFile
    options.mqttServerTLSPrivateKeyFile = mqttServerTLSPrivateKeyFile
  }
}
