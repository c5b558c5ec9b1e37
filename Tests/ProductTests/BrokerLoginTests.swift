import FoundationEssentials
import Glibc
import MQTTClient
import TestSupport
import Testing

@Suite("The logins at edgecore's own broker", .serialized)
struct BrokerLoginTests {
  /// Somebody without any rights: `nobody` on every Debian.
  private static let nobody: uid_t = 65_534

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test("They are in files of their own, readable by their group, and nowhere else; a restart keeps them")
  func files() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    #expect(mode(edge.mapperLogin) == 0o640)
    #expect(mode(edge.folder.path("state/mqtt/observer.yaml")) == 0o640)
    #expect(mode(edge.folder.path("state/mqtt")) == 0o755)
    for name in ["edgecore.yaml", "passwords", "acl"] { #expect(mode(edge.folder.path("state/mosquitto/\(name)")) == 0o600) }
    let logins = try ["mqtt/mapper.yaml", "mqtt/observer.yaml", "mosquitto/edgecore.yaml"].map { try edge.folder.read("state/\($0)") }
    let passwords = try ["mapper", "observer", "edgecore"].map { try #require(try edge.client("x", as: $0).password) }
    #expect(Set(passwords).count == 3)
    let mapper = try await edge.startMapper()
    try await mapper.line(containing: "edgecore on edge-node-1 is there")
    let places = try ["swiftlet.db", "swiftlet.db-wal", "mosquitto/mosquitto.conf", "mosquitto/mosquitto.log", "mosquitto/passwords"]
      .map { String(decoding: try Data(contentsOf: URL(filePath: edge.folder.path("state/\($0)"))), as: UTF8.self) }
    for password in passwords {
      for text in places + [core.stdout, core.stderr, mapper.stderr] { #expect(!text.contains(password)) }
    }
    #expect(!edge.folder.exists("state/mosquitto/.new"))
    #expect(try await core.stop() == .code(0))

    // One that was removed is made anew, the others stay.
    #expect(unlink(edge.folder.path("state/mqtt/observer.yaml")) == 0)
    let again = try await edge.startEdgeCore()
    #expect(try edge.folder.read("state/mqtt/mapper.yaml") == logins[0])
    #expect(try edge.folder.read("state/mqtt/observer.yaml") != logins[1])
    #expect(try edge.folder.read("state/mosquitto/edgecore.yaml") == logins[2])
    try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter")).close()
    try await mapper.line(containing: "edgecore on edge-node-1 is there")
    _ = again
  }

  @Test(
    "A password of one's own counts from the next start; a login that the broker can't take as it is, is made anew, and that is said",
    arguments: [
      ("\"correct 'horse' # 1\"", true), ("\"a:b\"", false), ("123456", false), ("\"\"", false), ("\" a\"", false), ("{", false),
      ("\"a\\u0000b\"", false),
    ])
  func ownPassword(password: String, isUsable: Bool) async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    #expect(try await core.stop() == .code(0))
    let text = "username: observer\npassword: \(password)\n"
    _ = try edge.folder.write("state/mqtt/observer.yaml", text)
    let again = try await edge.startEdgeCore()
    #expect(try (edge.folder.read("state/mqtt/observer.yaml") == text) == isUsable)
    #expect(again.stderr.contains("and is made anew") == !isUsable)
    try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter")).close()
  }

  @Test("A broker left behind by a killed edgecore still knows edgecore and the mappers")
  func orphan() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    let time = try await edge.valuesMove()
    let broker = try edge.brokerPID()
    try await core.kill()
    let next = try await edge.startEdgeCore()
    try await next.line(containing: "broker adopted")
    #expect(try edge.brokerPID() == broker)
    try await edge.valuesMove(after: time)
    #expect(mapper.isRunning)
  }

  @Test("A broker left behind that doesn't know a login as it is now is ended, and another one knows it")
  func orphanWithOldLogin() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let broker = try edge.brokerPID()
    try await core.kill()
    _ = try edge.folder.write("state/mqtt/observer.yaml", "username: observer\npassword: another\n")
    let next = try await edge.startEdgeCore()
    #expect(try edge.brokerPID() != broker)
    try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter")).close()
    _ = next
  }

  @Test("mosquitto, started by root, runs as its own user, in folders closed to it too")
  func root() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    var status = stat()
    #expect(stat("/proc/\(try edge.brokerPID())", &status) == 0)
    let expected = getuid() == 0 ? try #require(getpwnam("mosquitto")).pointee.pw_uid : getuid()
    #expect(status.st_uid == expected)
    #expect(mode(edge.folder.path) == 0o700)
    _ = core
  }

  @Test("An edgecore that isn't root, and a mapper of the same user, need nothing more")
  func user() async throws {
    // Only root may become somebody else; anybody else is the user already.
    guard getuid() == 0 else { return try await files() }
    let edge = try Installation()
    try FileManager.default.createDirectory(atPath: edge.folder.path("state"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: edge.folder.path("mapper"), withIntermediateDirectories: true)
    #expect(chmod(edge.folder.path, 0o755) == 0)
    for name in ["state", "mapper"] { #expect(chown(edge.folder.path(name), Self.nobody, Self.nobody) == 0) }
    let core = try await edge.startEdgeCore(as: Self.nobody)
    let mapper = try await edge.startMapper(as: Self.nobody)
    try await edge.applyTemperature()
    try await edge.valuesMove()
    #expect(core.isRunning && mapper.isRunning)
  }

  @Test("A mapper says which login is missing or closed to it, and comes in once it has one")
  func missing() async throws {
    let edge = try Installation()
    let early = try await edge.startMapper()
    try await early.line(
      containing:
        "can't read the login \(edge.mapperLogin): No such file or directory; edgecore writes the mappers' login at its first start")
    let core = try await edge.startEdgeCore()
    try await early.line(containing: "edgecore on edge-node-1 is there")
    #expect(try await early.stop() == .code(0))

    let without = try await edge.startMapper("--mqtt-credentials", "none")
    try await without.line(containing: "refused the connection: not authorised; this mapper is told not to log in")
    #expect(try await without.stop() == .code(0))
    let broken = try edge.folder.write("broken.yaml", "username: mapper\npassword: wrong\n")
    let wrong = try await edge.startMapper("--mqtt-credentials", broken)
    try await wrong.line(containing: "not authorised; this mapper logs in as \"mapper\" with \(broken)")
    // Renewed, it counts at the next attempt.
    try edge.folder.write("broken.yaml", try edge.folder.read("state/mqtt/mapper.yaml"))
    try await wrong.line(containing: "edgecore on edge-node-1 is there")
    #expect(try await wrong.stop() == .code(0))

    if getuid() == 0 {
      #expect(chmod(edge.folder.path, 0o755) == 0)
      try FileManager.default.createDirectory(atPath: edge.folder.path("mapper"), withIntermediateDirectories: true)
      #expect(chown(edge.folder.path("mapper"), Self.nobody, Self.nobody) == 0)
      let closed = try await edge.startMapper(as: Self.nobody)
      var status = stat()
      #expect(stat(edge.mapperLogin, &status) == 0)
      let group = try #require(getgrgid(status.st_gid)).pointee.gr_name.map { String(cString: $0) } ?? ""
      try await closed.line(containing: "\(edge.mapperLogin): Permission denied; run as a member of its group, \(group)")
    }
    _ = core
  }
}
