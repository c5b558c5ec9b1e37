internal import Glibc
internal import Synchronization

/// What a faulty bus and its thread tell each other.
final class FaultyBusState: Sendable {
  struct Counts: Sendable {
    var connections = 0
    var open = 0
    var exchanges = 0
  }

  private struct State {
    var fault = BusFault.pass
    var version = 0
    var reached = 0
    var isStopped = false
    var counts = Counts()
  }

  private let state = Mutex(State())
  private let signal = ChangeSignal()
  /// Readable when the thread has to look.
  let wake: Int32
  private let waker: Int32

  init() throws(FaultyBusError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FaultyBusError(.noResources, "no pipe: \(String(cString: strerror(errno)))") }
    (wake, waker) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit {
    close(wake)
    close(waker)
  }

  var fault: BusFault { state.withLock { $0.fault } }
  var isStopped: Bool { state.withLock { $0.isStopped } }
  var counts: Counts { state.withLock { $0.counts } }

  func set(_ fault: BusFault) -> Int {
    defer { wakeUp() }
    return state.withLock { state in
      state.fault = fault
      state.version += 1
      return state.version
    }
  }

  /// Returns when the thread knows of a fault.
  func reached(_ version: Int) async -> Bool {
    await signal.wait(
      within: .seconds(30), observe: { self.state.withLock { $0.reached >= version || $0.isStopped } }, until: { $0 }
    ).0
  }

  func stop() {
    state.withLock { $0.isStopped = true }
    wakeUp()
    signal.changed()
  }

  // A full pipe wakes just as well.
  private func wakeUp() { _ = write(waker, "!", 1) }

  // MARK: For the thread

  /// Forgets that it was woken.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 256)
    _ = read(wake, &bytes, bytes.count)
  }

  /// The fault that holds now.
  func take() -> (fault: BusFault, version: Int) { state.withLock { ($0.fault, $0.version) } }

  func reach(_ version: Int) {
    let isNews = state.withLock { state in
      defer { state.reached = version }
      return state.reached != version
    }
    if isNews { signal.changed() }
  }

  func count(_ change: (inout Counts) -> Void) { state.withLock { change(&$0.counts) } }
}
