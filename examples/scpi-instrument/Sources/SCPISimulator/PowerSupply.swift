import Glibc

/// What a power supply has, and how it answers.
public struct PowerSupply: Sendable {
  /// What it calls itself.
  public var identity = "EXAMPLE,PSU-1,0001,1.0"
  /// The voltage it is set to, in volts.
  public var setpoint = 1.5
  /// How far the measured voltage is off, in volts.
  public var error = 0.0
  /// Whether the output is on.
  public var isOn = true
  /// Headers of commands that it refuses.
  public var refused: Set<String> = []
  /// Errors that nobody has asked for yet.
  private var errors: [String] = []

  /// The voltage at the output, in volts.
  public var voltage: Double { isOn ? setpoint + error : error }

  /// Carries out a command; queries have an answer, if they aren't refused.
  public mutating func answer(to line: String) -> String? {
    let words = line.uppercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard let header = words.first else { return nil }
    if refused.contains(header) {
      errors.append(#"-200,"Execution error""#)
      return nil
    }
    switch (header, words.count) {
    case ("*IDN?", 1): return identity
    case ("*CLS", 1): errors = []
    case ("SYST:ERR?", 1): return errors.isEmpty ? #"0,"No error""# : errors.removeFirst()
    case ("MEAS:VOLT?", 1): return Self.text(voltage)
    case ("MEAS:CURR?", 1): return Self.text(voltage / 10)
    case ("SOUR:VOLT?", 1): return Self.text(setpoint)
    case ("OUTP?", 1): return isOn ? "1" : "0"
    case ("SOUR:VOLT", 2):
      if let volts = Double(words[1]), (0...30).contains(volts) { setpoint = volts } else { errors.append(#"-222,"Data out of range""#) }
    case ("OUTP", 2):
      if let state = ["ON": true, "1": true, "OFF": false, "0": false][words[1]] {
        isOn = state
      } else {
        errors.append(#"-224,"Illegal parameter value""#)
      }
    default: errors.append(#"-113,"Undefined header""#)
    }
    return nil
  }

  /// A number as instruments write it: `+1.50000E+00`.
  private static func text(_ number: Double) -> String {
    let exponent = number == 0 ? 0 : Int(floor(log10(abs(number))))
    let digits = Int((abs(number) / pow(10, Double(exponent)) * 100_000).rounded())
    let fraction = String(String(digits % 100_000 + 100_000).dropFirst())
    let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return "\(number < 0 ? "-" : "+")\(digits / 100_000).\(fraction)E\(exponent < 0 ? "-" : "+")\(power)"
  }
}
