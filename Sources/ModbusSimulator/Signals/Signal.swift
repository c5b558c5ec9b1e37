import Glibc
import Synchronization

/// A value that moves by itself: a function of time.
public struct Signal: Sendable {
  private let function: @Sendable (Double) -> Double

  /// A signal from any function of the time in seconds.
  public init(_ function: @escaping @Sendable (_ seconds: Double) -> Double) { self.function = function }

  /// The value at a time, in seconds from the start.
  public func value(at seconds: Double) -> Double { function(seconds) }

  /// Always the same.
  public static func constant(_ value: Double) -> Signal { Signal { _ in value } }

  /// Runs straight from one value to the other in each period, in seconds, and begins anew.
  public static func ramp(from start: Double, to end: Double, period: Double) -> Signal {
    Signal { start + (end - start) * phase($0, period) }
  }

  /// Swings between two values, beginning in their middle on the way up; the period is in seconds.
  public static func sine(from low: Double, to high: Double, period: Double) -> Signal {
    Signal { (low + high) / 2 + (high - low) / 2 * sin(phase($0, period) * 2 * .pi) }
  }

  /// Stays low for the first half of each period, in seconds, and high for the second.
  public static func square(low: Double, high: Double, period: Double) -> Signal {
    Signal { phase($0, period) < 0.5 ? low : high }
  }

  /// Grows by a step at the end of each interval, in seconds, and begins anew rather than reach `limit`.
  public static func counter(from start: Double = 0, step: Double = 1, every interval: Double, limit: Double = .infinity) -> Signal {
    let count = step == 0 ? .infinity : ((limit - start) / step).rounded(.up)
    return Signal { seconds in
      let steps = max(0, (seconds / interval).rounded(.down))
      return start + step * (count.isFinite && count >= 1 ? steps.truncatingRemainder(dividingBy: count) : steps)
    }
  }

  /// Wanders: each interval, in seconds, it goes up or down by at most `step`, and never leaves its range.
  ///
  /// The same seed gives the same walk. Of a pause in which nobody asked, at most the last 10,000 steps are walked.
  public static func randomWalk(in range: ClosedRange<Double>, step: Double, every interval: Double, seed: UInt64 = 1) -> Signal {
    let walk = RandomWalk(range: range, step: step, seed: seed)
    return Signal { seconds in
      let steps = seconds / interval
      return walk.value(after: steps.isFinite ? Int(min(max(0, steps), 1e15)) : 0)
    }
  }

  /// How far a period is over, from 0 to just below 1.
  private static func phase(_ seconds: Double, _ period: Double) -> Double {
    guard period > 0 else { return 0 }
    let part = seconds.truncatingRemainder(dividingBy: period) / period
    return part < 0 ? part + 1 : part
  }
}

/// Where a random walk is.
private final class RandomWalk: Sendable {
  private struct State {
    var generator: SeededGenerator
    var steps = 0
    var value: Double
  }

  private let range: ClosedRange<Double>
  private let step: Double
  private let seed: UInt64
  private let state: Mutex<State>

  init(range: ClosedRange<Double>, step: Double, seed: UInt64) {
    self.range = range
    self.step = step
    self.seed = seed
    state = Mutex(Self.begin(range, seed))
  }

  func value(after steps: Int) -> Double {
    state.withLock { state in
      // Time that goes back walks the same way again.
      if steps < state.steps { state = Self.begin(range, seed) }
      state.steps = max(state.steps, steps - 10_000)
      while state.steps < steps {
        let moved = state.value + Double.random(in: -step...step, using: &state.generator)
        state.value = min(max(moved, range.lowerBound), range.upperBound)
        state.steps += 1
      }
      return state.value
    }
  }

  private static func begin(_ range: ClosedRange<Double>, _ seed: UInt64) -> State {
    State(generator: SeededGenerator(seed: seed), value: (range.lowerBound + range.upperBound) / 2)
  }
}
