import Foundation
import MQTTClient

/// The files of our own broker: its configuration, its log, and who it is.
struct BrokerFiles: Sendable {
  let folder: String

  var configuration: String { folder + "/mosquitto.conf" }
  var log: String { folder + "/mosquitto.log" }
  var pid: String { folder + "/mosquitto.pid" }

  /// Bytes that a message may have at the broker. Larger than what edgecore takes, so that a sender of something too
  /// large is told so and not left without an answer.
  private static let messageSizeLimit = 16 << 20

  /// Writes the configuration of a broker for this machine alone.
  func prepare(_ address: MQTTAddress) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = """
      # Written by edgecore at each start.
      \(Self.listener(address))
      allow_anonymous true
      persistence false
      set_tcp_nodelay true
      message_size_limit \(Self.messageSizeLimit)
      max_inflight_messages 256
      max_queued_messages 10000
      log_dest stderr
      log_type error
      log_type warning
      log_type notice
      connection_messages false

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: configuration))
  }

  private static func listener(_ address: MQTTAddress) -> String {
    "listener \(address.port) \(address.host == "localhost" ? "127.0.0.1" : address.host)"
  }

  /// Whether the broker that was started last listens where we look for it.
  func isListening(at address: MQTTAddress) -> Bool {
    let text = (try? String(contentsOfFile: configuration, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").contains { $0 == Self.listener(address) }
  }

  func remember(pid identifier: Int32) { try? Data("\(identifier)\n".utf8).write(to: URL(fileURLWithPath: pid)) }

  func forget() { try? FileManager.default.removeItem(atPath: pid) }

  /// The process of a broker that an earlier edgecore started and left behind.
  func orphan() -> Int32? {
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
