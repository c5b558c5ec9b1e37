package import MapperRuntime
internal import Synchronization

/// A clock that stands still until a test advances it, so that cycles and pauses of minutes pass at once.
///
/// ```swift
/// let clock = ManualClock()
/// try await MapperHarness.run(MyDriver(), clock: clock) { harness in
///   try harness.apply(yaml)
///   let first = try await harness.edge.report(of: "temperature", of: boiler)
///   clock.advance(by: .seconds(60))
/// }
/// ```
///
/// It is the framework's clock only: a driver's own timeouts, and a test's deadlines, go by the system's.
public final class ManualClock: Sendable {
  private struct Sleeper {
    let deadline: Int64
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    let start: Int64
    var uptime: Int64 = 0
    var sleepers: [UInt64: Sleeper] = [:]
    var nextSleeper: UInt64 = 0
  }

  private let state: Mutex<State>
  private let signal = ChangeSignal()

  /// A clock that stands.
  ///
  /// - Parameter now: The time of day, in milliseconds since 1970.
  public init(now: Int64 = 1_700_000_000_000) { state = Mutex(State(start: now)) }

  /// The time of day, in milliseconds since 1970.
  public var now: Int64 { state.withLock { $0.start + $0.uptime } }

  /// How long the clock ran, in milliseconds.
  public var uptime: Int64 { state.withLock { $0.uptime } }

  /// How many tasks wait for the clock.
  public var sleepers: Int { state.withLock { $0.sleepers.count } }

  /// Lets time pass, and wakes whoever waited for it.
  ///
  /// The framework waits for the clock again after what it was woken for, so long times are best passed in steps, each
  /// after what the one before brought about.
  public func advance(by duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let milliseconds = max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    let due = state.withLock { state in
      state.uptime += milliseconds
      let uptime = state.uptime
      let due = state.sleepers.filter { $0.value.deadline <= uptime }.sorted { $0.value.deadline < $1.value.deadline }
      for (id, _) in due { state.sleepers[id] = nil }
      return due.map(\.value.continuation)
    }
    for sleeper in due { sleeper.resume() }
    signal.changed()
  }

  /// Waits until at least so many tasks wait for the clock.
  ///
  /// - Throws: ``WaitTimeout``.
  public func waitForSleepers(_ count: Int, within duration: Duration = .seconds(30)) async throws {
    let (seen, isMet) = await signal.wait(within: duration, observe: { self.sleepers }, until: { $0 >= count })
    if !isMet { throw WaitTimeout(expectation: "\(count) tasks waiting for the clock", duration: duration, seen: "\(seen)") }
  }

  /// The clock as the framework takes it.
  package var mapperClock: MapperClock {
    var clock = MapperClock.system
    clock.now = { self.now }
    clock.uptime = { self.uptime }
    clock.microseconds = { self.uptime * 1000 }
    clock.sleep = { await self.sleep(until: $0) }
    return clock
  }

  private func sleep(until deadline: Int64) async {
    let id = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          guard deadline > state.uptime, !Task.isCancelled else { return true }
          state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
          return false
        }
        if isDue { continuation.resume() } else { signal.changed() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
    }
  }
}
