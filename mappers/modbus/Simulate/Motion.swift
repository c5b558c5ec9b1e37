import MapperSDK
import ModbusDriver
import ModbusSimulator

/// How a simulated property moves.
enum Motion: Sendable {
  /// A number, by the time in seconds.
  case number(Signal)
  /// A text after the other, by the signal.
  case texts([String], Signal)
  /// On from 0.5 on.
  case flag(Signal)
  /// Always the same.
  case still([UInt16])

  /// The motion of a property that is only read.
  ///
  /// - Parameter seed: What random values come from.
  init(_ simulated: SimulatedPoint, seed: UInt64) {
    let point = simulated.point
    if point.type == .boolean || (simulated.table.holdsBits && simulated.span.count == 1) {
      self = .flag(.square(low: 0, high: 1, period: Double(10 + seed % 20)))
      return
    }
    let names = point.visitor.enumeration.sorted { $0.key < $1.key }.map(\.value)
    if !point.type.isNumeric, !names.isEmpty {
      self = .texts(names, .counter(every: 15, limit: Double(names.count)))
      return
    }
    if point.type == .string, let text = Self.text(simulated) {
      self = .still(text)
      return
    }
    if PlausibleRange.isCounted(point.limits.unit) {
      let start = point.limits.clamp(Double(1000 + seed % 1000))
      if simulated.words(start) != nil, simulated.words(start + 10_000) != nil {
        self = .number(.counter(from: start, step: 0.01, every: 1, limit: min(start + 10_000, point.limits.maximum ?? .infinity)))
        return
      }
    }
    for range in [PlausibleRange.of(point.limits), 0...1] {
      guard simulated.words(range.lowerBound) != nil, simulated.words(range.upperBound) != nil else { continue }
      let step = max((range.upperBound - range.lowerBound) / 20, .leastNonzeroMagnitude)
      // Begun some way off, since every walk begins in the middle.
      let walk = Signal.randomWalk(in: range, step: step, every: 0.5, seed: seed)
      self = .number(Signal { walk.value(at: $0 + 500) })
      return
    }
    self = .still(Self.rest(simulated))
  }

  /// The registers or bits at a time.
  func words(at seconds: Double, of simulated: SimulatedPoint) -> [UInt16]? {
    switch self {
    case .number(let signal): simulated.words(signal.value(at: seconds))
    case .texts(let texts, let signal): simulated.words(.string(texts[min(max(0, Int(signal.value(at: seconds))), texts.count - 1)]))
    case .flag(let signal): simulated.words(.bool(signal.value(at: seconds) >= 0.5))
    case .still(let words): words
    }
  }

  /// What a property has that can be written, until it is.
  static func rest(_ simulated: SimulatedPoint) -> [UInt16] {
    let limits = simulated.point.limits
    return simulated.words(limits.clamp(0)) ?? Array(repeating: 0, count: simulated.span.count)
  }

  /// The property's name, as much of it as there is room for.
  private static func text(_ simulated: SimulatedPoint) -> [UInt16]? {
    var text = simulated.point.property
    while !text.isEmpty {
      if let words = simulated.words(.string(text)) { return words }
      text.removeLast()
    }
    return nil
  }
}
