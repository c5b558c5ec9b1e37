import ArgumentParser
import Durability
import Glibc
import TestSupport
import UnixSignals

@main
struct Soak: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftlet-soak", abstract: "Kills edgecore and its broker under load, for as long as wanted; scripts/soak.sh runs it.")

  @Option(help: "How many kills.") var kills = 5_000
  @Option(help: "How many minutes at most.") var minutes: Int?
  @Option(help: "Makes the same choices again.") var seed: UInt64?
  @Option(help: "How many devices of 10 properties.") var devices = 1_000

  func validate() throws {
    guard kills > 0, devices > 0, minutes.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--kills, --minutes and --devices are at least 1")
    }
  }

  func run() async throws {
    let run = KillRun(
      devices: devices, kills: kills, duration: minutes.map { .seconds($0 * 60) }, seed: seed ?? .random(in: 0 ... .max))
    say(
      "seed \(run.seed): up to \(kills) kills\(minutes.map { ", \($0) minutes" } ?? ""), \(devices) devices of \(run.properties) properties"
    )
    let running = Task { try await run.run { say($0) } }
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let waiting = Task {
      for await _ in signals {
        say("ending: what was acknowledged so far is checked")
        running.cancel()
      }
    }
    defer { waiting.cancel() }
    let report = try await running.value
    for problem in report.problems { say("PROBLEM \(problem)") }
    say(report)
    say(report.problems.isEmpty ? "everything acknowledged is stored, once and in order" : "FAILED")
    if !report.problems.isEmpty { throw ExitCode.failure }
  }
}

/// A line that is seen at once, also in a file.
private func say(_ text: some CustomStringConvertible) {
  print(text)
  fflush(nil)
}
