import ArgumentParser

/// How a serial line is set up.
struct SerialOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The serial line's speed in bits per second (default: 19200).", valueName: "baud"))
  var baudRate: Int?
  @Option(help: ArgumentHelp("The serial line's parity: none, even (the default) or odd.", valueName: "parity"))
  var parity: String?
  @Option(help: ArgumentHelp("The serial line's stop bits: 1 (the default) or 2.", valueName: "bits"))
  var stopBits: Int?

  /// Whether anything is said.
  var isGiven: Bool { baudRate != nil || parity != nil || stopBits != nil }

  func validate() throws {
    if let parity, !["none", "even", "odd"].contains(parity) {
      throw ValidationError("there is no parity \"\(parity)\", use none, even or odd")
    }
    if let stopBits, !(1...2).contains(stopBits) { throw ValidationError("--stop-bits takes 1 or 2, found \(stopBits)") }
    if let baudRate, baudRate <= 0 { throw ValidationError("--baud-rate takes a speed such as 9600, found \(baudRate)") }
  }
}
