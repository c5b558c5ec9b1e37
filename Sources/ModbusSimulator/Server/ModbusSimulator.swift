/// Simulated Modbus slaves on a TCP port or a serial line, with faults when asked for.
///
/// ```swift
/// let memory = SlaveMemory()
/// memory.define(.holdingRegisters, 0..<100, unit: 1)
/// let simulator = try ModbusSimulator(memory: memory, listen: .tcp(port: 0))
/// simulator.faults.set([FaultRule(.drop, unit: 1, nth: 3)])
/// // … let a client talk to simulator.port, then look at simulator.requests
/// simulator.stop()
/// ```
///
/// A simulator serves on a thread of its own and needs nothing of the client's code, so that it is an independent check.
public final class ModbusSimulator: Sendable {
  /// The faults; they can be changed at any time.
  public let faults: FaultInjector
  private let shared: ServerShared

  /// Begins to serve a memory.
  ///
  /// - Parameters:
  ///   - memory: What is served; simulators may share it.
  ///   - endpoint: Where clients find it.
  ///   - options: How the slaves behave.
  ///   - faults: The faults, none unless given.
  /// - Throws: ``SimulatorError`` when the port or line can't be opened.
  public convenience init(
    memory: SlaveMemory, listen endpoint: SimulatorEndpoint, options: SimulatorOptions = SimulatorOptions(),
    faults: FaultInjector = FaultInjector()
  ) throws(SimulatorError) {
    try self.init(responder: MemoryResponder(memory: memory), listen: endpoint, options: options, faults: faults)
  }

  init(
    responder: any SlaveResponder, listen endpoint: SimulatorEndpoint, options: SimulatorOptions, faults: FaultInjector
  ) throws(SimulatorError) {
    self.faults = faults
    let shared = try ServerShared(responder: responder, endpoint: endpoint, options: options, faults: faults)
    self.shared = shared
    // Opened on the thread, which alone owns the descriptors; the caller hears how it went.
    let opened = Rendezvous()
    try ServerThread.start {
      do throws(SimulatorError) {
        let loop = try ServerLoop(shared)
        opened.finish(nil)
        loop.run()
      } catch {
        opened.finish(error)
      }
    }
    if let error = opened.wait() { throw error }
  }

  deinit { shared.stop() }

  /// The TCP port; 0 for a serial line.
  public var port: Int { shared.port }

  /// Where a client opens the serial line: the link if there is one, else the device; empty for TCP.
  public var path: String { shared.path }

  /// The requests in the order they came, the last ``SimulatorOptions/requestLimit`` of them.
  public var requests: [RequestRecord] { shared.log.records }

  /// The requests since the last call, and forgets them.
  public func takeRequests() -> [RequestRecord] { shared.log.take() }

  /// What was counted since the beginning.
  public var counters: SimulatorCounters { shared.log.counters }

  /// Closes all TCP connections; clients may connect again at once.
  ///
  /// - Throws: ``SimulatorError`` when the simulator was stopped.
  public func closeConnections() throws(SimulatorError) { try shared.perform(.closeConnections) }

  /// Takes the device away: nobody listens on the port any more, and its connections are closed; of a pseudo-terminal
  /// both ends and the link are gone.
  ///
  /// - Throws: ``SimulatorError`` when the simulator was stopped.
  public func unplug() throws(SimulatorError) { try shared.perform(.unplug) }

  /// Brings the device back, on the same port or link.
  ///
  /// - Throws: ``SimulatorError`` when the port or line can't be opened, or the simulator was stopped.
  public func plugIn() throws(SimulatorError) { try shared.perform(.plugIn) }

  /// Closes everything; returns when it is closed. A second call does nothing.
  public func stop() { shared.stopAndWait() }
}
