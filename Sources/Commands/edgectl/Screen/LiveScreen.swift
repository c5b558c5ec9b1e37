import APIClient
import UnixSignals

/// The screen that `edgectl watch` keeps up to date on a terminal until it is interrupted.
struct LiveScreen {
  let client: APIClient
  let path: String
  let isColored: Bool

  private enum Input: Sendable {
    case change(ResourceChange)
    case tick
    case signal(UnixSignal)
  }

  /// How often the screen is looked at; it is drawn only when something on it changed.
  private static let pace: Duration = .milliseconds(100)

  /// Runs until SIGINT, SIGTERM or SIGHUP.
  func run(_ model: inout ScreenModel) async throws {
    let (inputs, feed) = AsyncStream.makeStream(of: Input.self)
    let output = Output.standard
    try await withThrowingTaskGroup { group in
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit, .sigwinch, .sigcont)
      group.addTask { for await signal in signals { feed.yield(.signal(signal)) } }
      group.addTask { for await change in client.follow(path) { feed.yield(.change(change)) } }
      group.addTask {
        while !Task.isCancelled {
          feed.yield(.tick)
          try? await Task.sleep(for: Self.pace)
        }
      }
      defer { group.cancelAll() }

      // The alternate screen, without the cursor: what was on the terminal comes back at the end.
      let enter = "\u{1B}[?1049h\u{1B}[?25l"
      try output.write(enter)
      defer { try? output.write("\u{1B}[?25h\u{1B}[?1049l") }
      var drawn: [String] = []
      for await input in inputs {
        switch input {
        case .change(let change): model.apply(change)
        case .signal(.sigwinch): drawn = []
        case .signal(.sigcont):
          try output.write(enter)
          drawn = []
        case .signal: return
        case .tick:
          let lines = model.screen(now: .now, size: output.size).map { $0.text(colored: isColored) }
          guard lines != drawn else { continue }
          drawn = lines
          // From the top left, each line cleared behind its text, and everything below the last one.
          try output.write("\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
        }
      }
    }
  }
}
