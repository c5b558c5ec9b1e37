import Foundation
import Subprocess
import SystemPackage

/// The files of our own broker: its configuration, its log, who it is, and who its clients are.
struct BrokerFiles: Sendable {
  /// What is the broker's and ours.
  let folder: String
  /// What is its clients': a folder of its own, so that it can be mounted into a pod.
  let logins: String

  init(stateFolder: String) {
    folder = stateFolder + "/mosquitto"
    logins = stateFolder + "/mqtt"
  }

  var configuration: String { folder + "/mosquitto.conf" }
  var log: String { folder + "/mosquitto.log" }
  var pid: String { folder + "/mosquitto.pid" }

  /// Where the login of a role is.
  func login(of role: BrokerRole) -> String { "\(role == .edgecore ? folder : logins)/\(role.rawValue).yaml" }

  /// The login of a role; `nil` while there is none.
  func credential(of role: BrokerRole) -> BrokerCredential? { BrokerCredential(file: login(of: role), for: role) }

  /// The logins that are there and can't be used, so that new ones take their place.
  var unusableLogins: [String] {
    BrokerRole.allCases.filter { credential(of: $0) == nil }.map { login(of: $0) }.filter(FileManager.default.fileExists)
  }

  /// Writes everything that a broker with these settings reads; logins that are there stay.
  func prepare(_ settings: BrokerSettings, passwordTool: String) async throws {
    for path in [folder, logins] {
      do {
        // Whatever our umask is: the broker and mappers may be others, and what isn't for them is closed by itself.
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
      } catch {
        throw EdgeCoreError(.broker, "cannot make the folder \(path): \(error.localizedDescription)")
      }
    }
    let group = getgrnam("kubeedge")?.pointee.gr_gid
    var credentials: [BrokerCredential] = []
    for role in BrokerRole.allCases {
      let isOurs = role == .edgecore
      let credential = credential(of: role) ?? BrokerCredential(for: role)
      credentials.append(credential)
      guard self.credential(of: role) == nil else { continue }
      try ProtectedFile.write(Data(credential.text.utf8), to: login(of: role), mode: isOurs ? 0o600 : 0o640, group: isOurs ? nil : group)
    }
    try write(try await hashed(credentials, passwordTool), to: BrokerSettings.File.passwords)
    for (name, content) in try settings.files { try write(content, to: name) }
    try ProtectedFile.write(Data(settings.configuration.utf8), to: configuration, mode: 0o644)
  }

  private func write(_ content: Data, to name: String) throws(EdgeCoreError) {
    try ProtectedFile.write(content, to: "\(folder)/\(name)", mode: 0o600, owner: Self.brokerUser)
  }

  /// Who mosquitto becomes when root starts it; `nil` when it stays who we are.
  private static var brokerUser: uid_t? {
    guard getuid() == 0 else { return nil }
    return (getpwnam("mosquitto") ?? getpwnam("nobody"))?.pointee.pw_uid
  }

  /// The password file. mosquitto's own program makes it, in a folder that nobody else can enter: it leaves a copy of the plain
  /// passwords beside the file while it works, and takes them from the file alone or from its command line, which everybody sees.
  private func hashed(_ credentials: [BrokerCredential], _ passwordTool: String) async throws -> Data {
    let place = folder + "/.new"
    try? FileManager.default.removeItem(atPath: place)
    guard mkdir(place, 0o700) == 0 else { throw EdgeCoreError(.broker, "cannot make \(place): \(String(cString: strerror(errno)))") }
    defer { try? FileManager.default.removeItem(atPath: place) }
    let file = place + "/passwords"
    let lines = credentials.map { "\($0.username):\($0.password)\n" }.joined()
    try ProtectedFile.write(Data(lines.utf8), to: file, mode: 0o600)
    let result = try await Subprocess.run(
      .path(FilePath(passwordTool)), arguments: ["-U", file], input: .none, output: .discarded, error: .string(limit: 4096))
    guard result.terminationStatus.isSuccess, let data = FileManager.default.contents(atPath: file) else {
      throw EdgeCoreError(.broker, "mosquitto_passwd failed: \(result.standardError)")
    }
    return data
  }

  /// Whether the broker that was started last has these settings, and the logins that are there.
  func isCurrent(_ settings: BrokerSettings) -> Bool {
    func holds(_ path: String, _ content: Data) -> Bool { FileManager.default.contents(atPath: path) == content }
    guard holds(configuration, Data(settings.configuration.utf8)), let files = try? settings.files else { return false }
    return files.allSatisfy { holds("\(folder)/\($0.key)", $0.value) }
      && BrokerRole.allCases.allSatisfy { credential(of: $0) != nil && isKnown($0) }
  }

  /// Whether a role's login is older than what the broker knows of it, which is written anew for each start of it.
  private func isKnown(_ role: BrokerRole) -> Bool {
    func changed(_ path: String) -> Date? { (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date }
    guard let login = changed(login(of: role)), let passwords = changed("\(folder)/\(BrokerSettings.File.passwords)") else { return false }
    return login <= passwords
  }

  func remember(pid identifier: Int32) { try? Data("\(identifier)\n".utf8).write(to: URL(fileURLWithPath: pid)) }

  func forget() { try? FileManager.default.removeItem(atPath: pid) }

  /// Our own broker, where one runs: our child, or what an earlier edgecore started and left behind.
  func running() -> Int32? {
    guard let text = try? String(contentsOfFile: pid, encoding: .utf8),
      let identifier = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      let command = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(identifier)/cmdline"))
    else { return nil }
    let arguments = command.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return arguments.first?.hasSuffix("mosquitto") == true && arguments.contains(configuration) ? identifier : nil
  }

  /// The last line of the broker's log.
  var lastWords: String? {
    guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return nil }
    return text.split(separator: "\n").last.map(String.init)
  }
}

extension BrokerSettings {
  /// What the broker reads beside its configuration, by name; not its passwords.
  ///
  /// - Throws: ``EdgeCoreError`` with the file that can't be read.
  fileprivate var files: [String: Data] {
    get throws(EdgeCoreError) {
      var files = [File.rules: Data(rules.utf8)]
      guard let tls else { return files }
      files[File.tlsRules] = Data(tlsRules.utf8)
      // Copies, because the private key is closed to the user that mosquitto becomes.
      for (name, path) in [(File.authorities, tls.caFile), (File.certificate, tls.certFile), (File.key, tls.privateKeyFile)] {
        guard let content = FileManager.default.contents(atPath: path) else {
          throw EdgeCoreError(.broker, "cannot read \(path) (modules.eventBus.mqttServerTLS)")
        }
        files[name] = content
      }
      return files
    }
  }
}
