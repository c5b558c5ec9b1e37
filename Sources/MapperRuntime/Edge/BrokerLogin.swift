/// How a mapper logs in to its MQTT broker. Files are read anew for each connection.
public enum BrokerLogin: Sendable, Hashable {
  /// Not at all.
  case none
  /// With the first of these files that is there, if the broker is on this machine: what edgecore wrote for its mappers.
  case found(in: [String])
  /// With a file: YAML with `username` and `password`, as edgecore writes it.
  case file(path: String)
  /// As this user.
  case user(String, password: String?)
  /// As this user; the file holds the password and nothing else.
  case userWithFile(String, passwordPath: String)
}
