import ArgumentParser

/// How a command writes to a terminal.
struct TerminalOptions: ParsableArguments {
  /// When colour is used.
  enum Color: String, ExpressibleByArgument, CaseIterable {
    /// On a terminal that can, unless `NO_COLOR` is set.
    case auto
    case always, never
  }

  @Option(help: "Whether to use colour: auto (on a terminal, unless $NO_COLOR is set), always or never.")
  var color: Color = .auto

  /// Whether what goes to `output` is coloured.
  func isColored(_ output: Output) -> Bool {
    switch color {
    case .auto: output.hasColor
    case .always: true
    case .never: false
    }
  }
}
