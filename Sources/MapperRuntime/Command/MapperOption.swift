/// What a user may set, under the same words as a flag, as an environment variable and in the configuration file.
package enum MapperOption: String, CaseIterable, Sendable {
  case configFile = "config-file"
  case name
  case nodeName = "node-name"
  case apiServer = "api-server"
  case apiKubeconfig = "api-kubeconfig"
  case apiTokenFile = "api-token-file"
  case apiCAFile = "api-ca-file"
  case mqttServer = "mqtt-server"
  case mqttCredentials = "mqtt-credentials"
  case mqttUsername = "mqtt-username"
  case mqttPasswordFile = "mqtt-password-file"
  case mqttCAFile = "mqtt-ca-file"
  case mqttCertFile = "mqtt-cert-file"
  case mqttKeyFile = "mqtt-key-file"
  case transport
  case deviceSource = "device-source"
  case deviceProfile = "device-profile"
  case topicShape = "topic-shape"
  case httpPort = "http-port"
  case stateDirectory = "state-directory"
  case readOnly = "read-only"
  case record
  case logLevel = "log-level"

  /// The flag, for instance `--node-name`.
  package var flag: String { "--\(rawValue)" }

  /// The environment variable, for instance `MAPPER_NODE_NAME`.
  package var variable: String { "MAPPER_\(words("_").uppercased())" }

  /// The key in the configuration file, for instance `common.node_name`; a file can't name itself.
  package var key: String? {
    switch self {
    case .configFile: nil
    case .transport: "transport"
    default: "common.\(words("_"))"
    }
  }

  private func words(_ separator: String) -> String {
    rawValue.split(separator: "-").joined(separator: separator)
  }
}
