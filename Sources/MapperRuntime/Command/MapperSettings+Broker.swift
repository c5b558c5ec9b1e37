internal import MQTTClient

/// What a user set of the way to the broker.
extension MapperSettings {
  /// Where the password may be beside a file: not a flag, which everybody on the machine could read.
  private static let passwordVariable = "MAPPER_MQTT_PASSWORD"

  static func login(
    _ setting: (MapperOption) -> Setting?, _ environment: (String) -> String?, _ isRoot: Bool
  ) throws(MapperOptionError) -> BrokerLogin {
    let username = setting(.mqttUsername)
    if let file = setting(.mqttCredentials) {
      if let username {
        throw MapperOptionError(place: username.place, problem: "the login is \(file.text) already (\(file.place))")
      }
      if file.text.isEmpty { throw MapperOptionError(place: file.place, problem: "expected a file, or none") }
      return file.text == "none" ? .none : .file(path: file.text)
    }
    let passwordFile = setting(.mqttPasswordFile)
    guard let username else {
      if let passwordFile {
        throw MapperOptionError(place: passwordFile.place, problem: "a password needs a user: \(MapperOption.mqttUsername.flag)")
      }
      return .found(in: logins(environment, isRoot))
    }
    if let passwordFile { return .userWithFile(username.text, passwordPath: passwordFile.text) }
    return .user(username.text, password: environment(passwordVariable))
  }

  /// Where an edgecore of this user, or of root, writes the login of its mappers.
  private static func logins(_ environment: (String) -> String?, _ isRoot: Bool) -> [String] {
    let system = "/var/lib/kubeedge/mqtt/mapper.yaml"
    if isRoot { return [system] }
    if let folder = environment("XDG_STATE_HOME"), folder.hasPrefix("/") { return ["\(folder)/kubeedge/mqtt/mapper.yaml", system] }
    return ["\(environment("HOME") ?? "/tmp")/.local/state/kubeedge/mqtt/mapper.yaml", system]
  }

  static func certificates(
    _ setting: (MapperOption) -> Setting?, server: String
  ) throws(MapperOptionError) -> BrokerCertificates? {
    let (authorities, certificate, key) = (setting(.mqttCAFile), setting(.mqttCertFile), setting(.mqttKeyFile))
    guard let first = authorities ?? certificate ?? key else { return nil }
    if let address = try? MQTTAddress(parsing: server), !address.usesTLS {
      throw MapperOptionError(
        place: first.place,
        problem: "the broker \(server) is spoken to without TLS; write \(MapperOption.mqttServer.flag) tls://\(address.host):8883")
    }
    if let certificate, key == nil {
      throw MapperOptionError(place: certificate.place, problem: "a certificate needs its private key: \(MapperOption.mqttKeyFile.flag)")
    }
    if let key, certificate == nil {
      throw MapperOptionError(place: key.place, problem: "a private key needs its certificate: \(MapperOption.mqttCertFile.flag)")
    }
    return BrokerCertificates(caFile: authorities?.text, certFile: certificate?.text, keyFile: key?.text)
  }
}
