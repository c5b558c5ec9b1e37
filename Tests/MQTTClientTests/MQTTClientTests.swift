import Glibc
import MQTTClient
import TestSupport
import Testing

@Suite("The MQTT client with a real mosquitto", .timeLimit(.minutes(2)))
struct MQTTClientTests {
  private func client(_ port: Int, _ name: String, _ change: (inout MQTTConfiguration) -> Void = { _ in }) throws -> (
    MQTTClient, EventReader
  ) {
    var configuration = MQTTConfiguration(host: "127.0.0.1", port: UInt16(port), clientID: name)
    configuration.reconnectDelayMinimum = .milliseconds(20)
    configuration.reconnectDelayMaximum = .milliseconds(200)
    change(&configuration)
    let client = try MQTTClient(configuration: configuration)
    return (client, EventReader(client))
  }

  @Test("What is published arrives, in order, with its topic, payload and retain flag")
  func publishAndSubscribe() async throws {
    let broker = try await TestBroker()
    let (client, events) = try client(broker.port, "both")
    try client.subscribe(["a/+", "b/#"])
    try client.connect()
    try await events.connected()
    #expect(client.isConnected)
    for index in 0..<300 { try client.publish(topic: "a/\(index)", payload: [UInt8(index % 256), 0, 255]) }
    for index in 0..<300 {
      let message = try await events.message()
      #expect(message == MQTTMessage(topic: "a/\(index)", payload: [UInt8(index % 256), 0, 255]))
    }
    try client.publish(topic: "kept", payload: [], qos: .exactlyOnce, retain: false)
    try client.publish(MQTTMessage(topic: "c", payload: [1], qos: .atMostOnce, retain: true))
    try client.publish(topic: "b/c/d", payload: Array("end".utf8))
    #expect(try await events.message().topic == "b/c/d")
    try client.subscribe(["c"])
    #expect(try await events.message() == MQTTMessage(topic: "c", payload: [1], qos: .atMostOnce, retain: true))
    #expect(client.droppedMessages == 0)
    await client.close()
    #expect(await events.isAtEnd())
  }

  @Test("After unsubscribing nothing more arrives")
  func unsubscribe() async throws {
    let broker = try await TestBroker()
    let (client, events) = try client(broker.port, "both")
    try client.subscribe(["a", "b"])
    try client.connect()
    try await events.connected()
    try client.unsubscribe(["a", "never"])
    try client.publish(topic: "a", payload: [1])
    try client.publish(topic: "b", payload: [2])
    #expect(try await events.message().topic == "b")
    await client.close()
  }

  @Test("A broker that dies and comes back finds the client and its subscriptions again")
  func brokerRestart() async throws {
    let broker = try await TestBroker()
    let (client, events) = try client(broker.port, "survivor")
    try client.subscribe(["a"])
    try client.connect()
    try await events.connected()
    try await broker.kill()
    #expect(try await events.disconnected().code == .connectionFailed)
    let error = #expect(throws: MQTTError.self) { try client.publish(topic: "a", payload: [1]) }
    #expect(error?.code == .notConnected)
    try client.subscribe(["b"])
    try await broker.restart()
    try await events.connected()
    try client.publish(topic: "a", payload: [1])
    try client.publish(topic: "b", payload: [2])
    #expect(try await events.message().topic == "a")
    #expect(try await events.message().topic == "b")
    await client.close()
  }

  @Test("A broker that isn't there yet is found once it is; its absence is told once")
  func lateBroker() async throws {
    let port = freePort()
    let (client, events) = try client(port, "early")
    try client.subscribe(["a"])
    try client.connect()
    let reason = try await events.disconnected()
    #expect(reason.code == .connectionFailed)
    #expect(reason.description.contains("127.0.0.1:\(port)"))
    let broker = try await TestBroker(port: port)
    let repeated = try await events.next("connection") { event -> Bool? in
      switch event {
      case .connected: false
      case .disconnected(let error): error == reason ? true : nil
      default: nil
      }
    }
    #expect(!repeated)
    await client.close()
    _ = broker
  }

  @Test("A will is published when the client vanishes, not when it says goodbye")
  func will() async throws {
    let broker = try await TestBroker()
    let (watcher, events) = try client(broker.port, "watcher")
    try watcher.subscribe(["will/#"])
    try watcher.connect()
    try await events.connected()
    // Another client may be faster than the subscription; what comes back to this one came after it.
    try watcher.publish(topic: "will/watched", payload: [0])
    #expect(try await events.message().topic == "will/watched")

    let (polite, politeEvents) = try client(broker.port, "polite") { $0.will = MQTTMessage(topic: "will/polite", payload: [1]) }
    try polite.connect()
    try await politeEvents.connected()
    try polite.publish(topic: "will/last-words", payload: [2])
    await polite.close()
    #expect(try await events.message().topic == "will/last-words")

    // Another client of the same name makes the broker drop the first one, as a crash would.
    let (abrupt, abruptEvents) = try client(broker.port, "abrupt") {
      $0.will = MQTTMessage(topic: "will/abrupt", payload: Array("gone".utf8), retain: true)
      $0.reconnectDelayMinimum = .seconds(60)
      $0.reconnectDelayMaximum = .seconds(60)
    }
    try abrupt.connect()
    try await abruptEvents.connected()
    let (thief, thiefEvents) = try client(broker.port, "abrupt")
    try thief.connect()
    try await thiefEvents.connected()
    #expect(try await events.message() == MQTTMessage(topic: "will/abrupt", payload: Array("gone".utf8)))
    await thief.close()
    await abrupt.close()
    await watcher.close()
  }

  @Test("A payload above the limit is told by its size, and costs nothing else")
  func oversized() async throws {
    let broker = try await TestBroker()
    let (client, events) = try client(broker.port, "small") { $0.maximumPayload = 1000 }
    try client.subscribe(["a"])
    try client.connect()
    try await events.connected()
    try client.publish(topic: "a", payload: [UInt8](repeating: 7, count: 1001))
    try client.publish(topic: "a", payload: [UInt8](repeating: 7, count: 1000))
    let size = try await events.next("oversized message") { if case .oversized("a", let size) = $0 { size } else { nil } }
    #expect(size == 1001)
    #expect(try await events.message().payload.count == 1000)
    await client.close()
  }

  @Test("A consumer that lags slows the broker down and loses nothing")
  func backPressure() async throws {
    let broker = try await TestBroker()
    let (client, events) = try client(broker.port, "slow") {
      $0.bufferedMessages = 10
      $0.maximumBacklog = 100_000
    }
    try client.subscribe(["a"])
    try client.connect()
    try await events.connected()
    let (sender, senderEvents) = try self.client(broker.port, "fast")
    try sender.connect()
    try await senderEvents.connected()
    for index in 0..<2000 { try sender.publish(topic: "a", payload: Array("\(index)".utf8)) }
    await sender.close()
    for index in 0..<2000 {
      #expect(try await events.message().payload == Array("\(index)".utf8))
    }
    #expect(client.droppedMessages == 0)
    await client.close()
  }

  @Test("A refusal by the broker is told with its reason")
  func refusal() async throws {
    let broker = try await TestBroker(configuration: "password_file /dev/null\nallow_anonymous false")
    let (client, events) = try client(broker.port, "stranger") {
      $0.username = "nobody"
      $0.password = "nothing"
    }
    try client.connect()
    let error = try await events.disconnected()
    #expect(error.code == .refused)
    #expect(!client.isConnected)
    await client.close()
  }

  @Test("A login is asked for at each attempt, and a refusal says where it came from")
  func login() async throws {
    let folder = try TestFolder("login")
    let passwords = try folder.write("passwords", "mapper:right\n")
    #expect(try await TestProcess.run("mosquitto_passwd", ["-U", passwords]).exit == .code(0))
    let broker = try await TestBroker(configuration: "password_file \(passwords)\nallow_anonymous false")
    let (client, events) = try client(broker.port, "patient") {
      $0.login = { () throws(MQTTError) in
        guard folder.exists("login") else { throw MQTTError(.invalidArgument, "there is no login yet") }
        let password = (try? folder.read("login")) ?? ""
        return MQTTLogin(username: "mapper", password: password, origin: "the login is \(password)")
      }
    }
    try client.connect()
    #expect(try await events.disconnected().reason == "there is no login yet")
    try folder.write("login", "wrong")
    let refusal = try await events.disconnected()
    #expect(refusal.code == .refused)
    #expect(refusal.reason == "the broker at \(broker.url) refused the connection: not authorised; the login is wrong")
    try folder.write("login", "right")
    try await events.connected()
    await client.close()
  }

  @Test("A subscription that the broker refuses is told, and known until the next connection")
  func refusedSubscription() async throws {
    let folder = try TestFolder("refusal")
    let rights = try folder.write(
      "rights.json", #"{"defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false}}"#)
    let places: [String] = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/mosquitto_dynamic_security.so" }
    let plugin = try #require(places.first { access($0, R_OK) == 0 })
    let broker = try await TestBroker(configuration: "plugin \(plugin)\nplugin_opt_config_file \(rights)")
    let (client, events) = try client(broker.port, "deaf")
    try client.subscribe(["a"])
    try client.connect()
    let filters = try await events.next("refusal") { if case .subscriptionRefused(let filters) = $0 { filters } else { nil } }
    #expect(filters == ["a"])
    #expect(client.isConnected && client.refusedSubscriptions == ["a"])
    await client.close()
  }

  @Test("Wrong topics, filters and wills are refused before anything is sent")
  func invalid() async throws {
    let (client, _) = try client(1, "x")
    for topic in ["", "a/+", "#", "a\0b"] {
      let error = #expect(throws: MQTTError.self) { try client.publish(topic: topic, payload: []) }
      #expect(error?.code == .invalidArgument)
    }
    for filter in ["", "a#", "a/+b", "a\0b"] { #expect(throws: MQTTError.self) { try client.subscribe([filter]) } }
    #expect(throws: MQTTError.self) { try self.client(1, "x") { $0.will = MQTTMessage(topic: "#", payload: []) } }
    #expect(throws: MQTTError.self) {
      try self.client(1, "") { $0.cleanSession = false }
    }
  }

  @Test("Closing ends the events, works twice, without a connection too, and leaves nothing usable")
  func close() async throws {
    let (idle, idleEvents) = try client(1, "idle")
    await idle.close()
    await idle.close()
    #expect(await idleEvents.isAtEnd())
    #expect(throws: MQTTError.self) { try idle.connect() }

    let (trying, events) = try client(freePort(), "trying")
    try trying.connect()
    _ = try await events.disconnected()
    async let first: Void = trying.close()
    async let second: Void = trying.close()
    _ = await (first, second)
    #expect(throws: MQTTError.self) { try trying.publish(topic: "a", payload: []) }
    #expect(throws: MQTTError.self) { try trying.subscribe(["a"]) }
  }
}
