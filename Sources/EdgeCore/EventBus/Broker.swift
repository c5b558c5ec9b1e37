import Foundation
package import Logging
package import MQTTClient
import NIOCore
import NIOPosix
import ServiceLifecycle
import Subprocess
import SystemPackage

/// Sees to it that there is a broker: the one that listens already, else Debian's mosquitto as our child, which is
/// started again when it dies and stopped with us.
package struct Broker: Service {
  private let address: MQTTAddress
  private let files: BrokerFiles
  private let clock: any EdgeClock
  private let logger: Logger

  /// - Parameter folder: Where our own broker's files are.
  package init(address: MQTTAddress, folder: String, clock: any EdgeClock, logger: Logger) {
    self.address = address
    files = BrokerFiles(folder: folder)
    self.clock = clock
    self.logger = logger
  }

  package func run() async throws {
    let orphan = files.orphan()
    if let orphan {
      if files.isListening(at: address) {
        logger.info("broker adopted", metadata: ["pid": "\(orphan)", "address": "\(address)"])
      } else {
        logger.notice("ending a broker left behind at another address", metadata: ["pid": "\(orphan)"])
        kill(orphan, SIGTERM)
      }
      try await follow(orphan)
      if Task.isShuttingDownGracefully { return }
    }
    await cancelWhenGracefulShutdown {
      var supervision = BrokerSupervision()
      if orphan != nil {
        logger.warning("the adopted broker ended; starting another")
      } else if await isListening() {
        logger.info("using the broker that listens", metadata: ["address": "\(address)"])
        return await stayAway()
      } else if !RequestDoor.isLoopback(address.host) {
        logger.warning("no broker listens; waiting for it", metadata: ["address": "\(address)"])
        return await stayAway()
      }
      while !Task.isCancelled {
        let start = clock.uptime
        do {
          try await runChild()
        } catch is CancellationError {
          return
        } catch {
          logger.error("\(error)")
        }
        if Task.isCancelled { return }
        let delay = supervision.ended(afterRunning: clock.uptime - start)
        logger.warning("broker ended; starting it again", metadata: ["in_ms": "\(delay)", "log": "\(files.lastWords ?? "")"])
        try? await clock.sleep(milliseconds: delay)
      }
    }
  }

  /// Leaves somebody else's broker alone until shutdown; whoever restarts it must find its port free.
  private func stayAway() async {
    while (try? await clock.sleep(milliseconds: 3_600_000)) != nil {}
  }

  private func runChild() async throws {
    guard let executable = Self.findMosquitto() else {
      throw EdgeCoreError(
        .broker, "no broker listens on \(address) and mosquitto isn't installed; install it: apt-get install mosquitto")
    }
    try files.prepare(address)
    let log = try FileDescriptor.open(
      FilePath(files.log), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead])
    var options = PlatformOptions()
    // A group of its own: Ctrl-C at our terminal is for us, and we stop the broker after the last answer.
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(1))]
    let result = try await Subprocess.run(
      .path(FilePath(executable)), arguments: ["-c", files.configuration], platformOptions: options, input: .none,
      output: .fileDescriptor(log, closeAfterSpawningProcess: false), error: .fileDescriptor(log, closeAfterSpawningProcess: true)
    ) { execution in
      files.remember(pid: execution.processIdentifier.value)
      logger.info(
        "broker started", metadata: ["pid": "\(execution.processIdentifier.value)", "address": "\(address)", "log": "\(files.log)"])
    }
    files.forget()
    logger.debug("broker ended", metadata: ["status": "\(result.terminationStatus)"])
  }

  /// Waits until an adopted broker ends, and ends it when we do. It isn't our child, so there is nothing to wait on.
  private func follow(_ pid: Int32) async throws {
    var isTold = false
    while files.orphan() == pid {
      if Task.isShuttingDownGracefully, !isTold {
        kill(pid, SIGTERM)
        isTold = true
      }
      try await clock.sleep(milliseconds: isTold ? 10 : 100)
    }
    files.forget()
  }

  private func isListening() async -> Bool {
    do {
      let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connectTimeout(.seconds(2)).connect(host: address.host, port: Int(address.port)).get()
      try await channel.close().get()
      return true
    } catch {
      return false
    }
  }

  private static func findMosquitto() -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return (["/usr/sbin", "/usr/local/sbin"] + folders).map { $0 + "/mosquitto" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
