internal import Glibc
internal import MapperRuntime
internal import MapperSDK
internal import Synchronization

/// Whether a driver that waits leaves Swift's own threads alone.
extension Bench {
  private struct Pulse {
    /// Reads that ended.
    var reads = 0
    /// Buses on which one ended.
    var buses: Set<Int> = []
    /// How often the task on Swift's threads went on.
    var beats = 0
    var isOver = false
  }

  /// How many threads Swift has for tasks without an executor of their own.
  private static var threads: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// How long tasks rest that would otherwise go on and on.
  private static var rest: Duration { .milliseconds(5) }

  func executorStaysFree() async throws {
    // A driver that blocks them mustn't be taken for another.
    try await threadsTurn.take { try await executorStaysFreeNow() }
  }

  private func executorStaysFreeNow() async throws {
    let count = Self.threads + 1
    var benches: [Bench] = []
    do {
      for _ in 0..<count { benches.append(try await Bench(check, subject)) }
      try await executorStaysFree(benches)
    } catch {
      for bench in benches { await bench.finish() }
      throw error
    }
    for bench in benches { await bench.finish() }
  }

  private func executorStaysFree(_ benches: [Bench]) async throws {
    let pulse = SharedPulse()
    let signal = ChangeSignal()
    var sessions: [Session<Subject>] = []
    for bench in benches {
      let session = try Session(bench)
      _ = try await session.readAll()
      sessions.append(session)
      try await bench.simulator.inject(.silent)
    }
    // Reads go on and on, so that at any time one more of them waits than Swift has threads.
    let calls = try zip(benches, sessions).enumerated().map { place, pair in
      let (bench, session) = pair
      let point = try session.point(bench.properties[0].name)
      let (driver, binding) = (bench.driver, session.binding)
      return PendingCall(on: bench.executor) {
        while !pulse.isOver {
          guard let open = try? await driver.connect(to: binding.bus, config: binding.config, logger: bench.logger) else {
            // Some drivers talk to the device already then.
            pulse.readEnded(on: place)
            signal.changed()
            try? await Task.sleep(for: Self.rest)
            continue
          }
          repeat {
            let result: Result<[Reading], any Error>
            do { result = .success(try await open.read([point])) } catch { result = .failure(error) }
            pulse.readEnded(on: place)
            signal.changed()
            if case .failure(let error) = result {
              // What fails at once doesn't wait.
              try? await Task.sleep(for: Self.rest)
              if ReadingError(thrown: error).scope == .bus { break }
            }
          } while !pulse.isOver
          await open.close()
        }
      }
    }
    let heart = Task {
      while !pulse.isOver {
        pulse.beat()
        if pulse.isFree(of: benches.count) { signal.changed() }
        // Waking up needs one of Swift's threads too; going on without a rest would take one from everybody else.
        try? await Task.sleep(for: Self.rest)
      }
    }
    // Enough for rounds of reads to come and go; the others of the process can't go on meanwhile if the driver blocks them.
    let limit = subject.timeout * 5 + subject.grace * 3
    let (_, isFree) = await signal.wait(within: limit, observe: { pulse.isFree(of: benches.count) }, until: { $0 })
    pulse.end()
    for bench in benches { try? await bench.simulator.inject(nil) }
    for call in calls { _ = try await result(of: call, "read") }
    await heart.value
    for session in sessions { try await session.close() }
    let (reads, beats) = pulse.counts
    try demand(
      isFree, "a task on Swift's \(Self.threads) threads to go on while \(benches.count) reads of silent devices wait",
      "it went on \(beats) times while \(reads) reads ended",
      "block in the body of read(_:) itself, which is on the bus's thread; a detached task, a global actor or "
        + "withTaskExecutorPreference(globalConcurrentExecutor) leaves that thread")
  }

  /// What reads and the beating task count.
  private final class SharedPulse: Sendable {
    private let state = Mutex(Pulse())

    var isOver: Bool { state.withLock { $0.isOver } }
    var counts: (reads: Int, beats: Int) { state.withLock { ($0.reads, $0.beats) } }

    func end() { state.withLock { $0.isOver = true } }

    func readEnded(on bus: Int) {
      state.withLock { state in
        // What happened before each of them waited says nothing.
        if state.buses.insert(bus).inserted {
          state.reads = 0
          state.beats = 0
        } else {
          state.reads += 1
        }
      }
    }

    func beat() { state.withLock { $0.beats += 1 } }

    /// Where reads block Swift's threads, the task goes on about as often as reads end; else as often as it likes.
    func isFree(of buses: Int) -> Bool {
      state.withLock { $0.buses.count == buses && $0.beats >= 4 * ($0.reads + buses) }
    }
  }
}

/// Swift's threads are everybody's: one check at a time looks at them.
private let threadsTurn = Turn()
