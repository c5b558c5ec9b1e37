import Foundation
package import Logging
import MQTTClient
import NIOCore
import NIOPosix
import ServiceLifecycle
import Subprocess
import SystemPackage

/// Sees to it that there is a broker: the one that listens already, else Debian's mosquitto as our child, which is
/// started again when it dies and stopped with us.
package struct Broker: Service {
  private let settings: BrokerSettings
  private let isExternal: Bool
  private let files: BrokerFiles
  private let clock: any EdgeClock
  private let logger: Logger

  private var address: MQTTAddress { settings.address }

  /// - Parameters:
  ///   - isExternal: Whether the broker is somebody else's in any case, so that none is started.
  ///   - stateFolder: Where our own broker's files are.
  package init(settings: BrokerSettings, isExternal: Bool = false, stateFolder: String, clock: any EdgeClock, logger: Logger) {
    self.settings = settings
    self.isExternal = isExternal
    files = BrokerFiles(stateFolder: stateFolder)
    self.clock = clock
    self.logger = logger
  }

  package func run() async throws {
    let orphan = files.running()
    let isAdopted = orphan != nil && !isExternal && files.isCurrent(settings)
    if let orphan {
      if isAdopted {
        logger.info("broker adopted", metadata: ["pid": "\(orphan)", "address": "\(address)"])
      } else {
        logger.notice("ending a broker left behind with other settings", metadata: ["pid": "\(orphan)"])
        kill(orphan, SIGTERM)
      }
      try await follow(orphan)
      if Task.isShuttingDownGracefully { return }
    }
    await cancelWhenGracefulShutdown {
      var supervision = BrokerSupervision()
      if isAdopted {
        logger.warning("the adopted broker ended; starting another")
      } else if await isListening() {
        logger.info("using the broker that listens", metadata: ["address": "\(address)"])
        if settings.allowsAnonymous || settings.tls != nil {
          logger.notice("mqttAllowAnonymous and mqttServerTLS are for edgecore's own broker, and without effect")
        }
        return await stayAway()
      } else if isExternal || !RequestDoor.isLoopback(address.host) {
        logger.warning("no broker listens; waiting for it", metadata: ["address": "\(address)"])
        return await stayAway()
      }
      while !Task.isCancelled {
        let start = clock.uptime
        var status = ""
        do {
          status = try await runChild()
        } catch is CancellationError {
          return
        } catch {
          logger.error("\(error)")
        }
        if Task.isCancelled { return }
        let delay = supervision.ended(afterRunning: clock.uptime - start)
        logger.warning(
          "broker ended; starting it again", metadata: ["in_ms": "\(delay)", "status": "\(status)", "log": "\(files.lastWords ?? "")"])
        try? await clock.sleep(milliseconds: delay)
      }
    }
  }

  /// Leaves somebody else's broker alone until shutdown; whoever restarts it must find its port free.
  private func stayAway() async {
    while (try? await clock.sleep(milliseconds: 3_600_000)) != nil {}
  }

  /// Runs our own broker.
  ///
  /// - Returns: How it ended.
  private func runChild() async throws -> String {
    guard let executable = Self.find("mosquitto"), let passwordTool = Self.find("mosquitto_passwd") else {
      throw EdgeCoreError(
        .broker, "no broker listens on \(address) and mosquitto isn't installed; install it: apt-get install mosquitto")
    }
    for login in files.unusableLogins {
      logger.warning(
        "this login isn't YAML with its username and a password as text without colons, and is made anew", metadata: ["file": "\(login)"])
    }
    try await files.prepare(settings, passwordTool: passwordTool)
    if let warning = MQTTTLS(keyFile: settings.tls?.privateKeyFile).warning { logger.warning("\(warning)") }
    let log = try FileDescriptor.open(
      FilePath(files.log), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead])
    var options = PlatformOptions()
    // A group of its own: Ctrl-C at our terminal is for us, and we stop the broker after the last answer.
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(1))]
    let result = try await Subprocess.run(
      .path(FilePath(executable)), arguments: ["-c", files.configuration], workingDirectory: FilePath(files.folder),
      platformOptions: options,
      input: .none,
      output: .fileDescriptor(log, closeAfterSpawningProcess: false), error: .fileDescriptor(log, closeAfterSpawningProcess: true)
    ) { execution in
      files.remember(pid: execution.processIdentifier.value)
      logger.info(
        "broker started", metadata: ["pid": "\(execution.processIdentifier.value)", "address": "\(address)", "log": "\(files.log)"])
    }
    files.forget()
    return "\(result.terminationStatus)"
  }

  /// Waits until an adopted broker ends, and ends it when we do. It isn't our child, so there is nothing to wait on.
  private func follow(_ pid: Int32) async throws {
    var isTold = false
    while files.running() == pid {
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

  private static func find(_ program: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return (["/usr/sbin", "/usr/local/sbin"] + folders).map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
