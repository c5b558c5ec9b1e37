internal import Glibc
internal import MapperSDK
internal import Synchronization

/// A TCP connection between a driver and a device that goes wrong when a test wants it to.
///
/// The driver connects to ``port`` on 127.0.0.1, and everything passes on to the device behind, until a fault is set.
///
/// ```swift
/// let bus = try FaultyBus(to: simulator.port)
/// await bus.set(.silent)
/// // … the driver's read has to end with an error …
/// await bus.set(.pass)
/// await bus.stop()
/// ```
public final class FaultyBus: Sendable {
  private let shared: FaultyBusState
  private let end = Promise<Void>()

  /// The port on 127.0.0.1 where the driver finds the device.
  public let port: Int

  /// A way to a device.
  ///
  /// - Parameter device: The device's own port on 127.0.0.1.
  /// - Throws: ``FaultyBusError``.
  public init(to device: Int) throws(FaultyBusError) {
    let executor: BusExecutor
    do { executor = try BusExecutor() } catch { throw FaultyBusError(.noResources, error.reason) }
    let shared = try FaultyBusState()
    self.shared = shared
    let sockets = try FaultyBusSockets()
    port = sockets.port
    let end = end
    // A thread of its own, that blocks; it ends with stop(), or with the last reference to the bus.
    Task(executorPreference: executor) {
      var loop = FaultyBusLoop(sockets, device: device, shared)
      loop.run()
      end.fulfil(())
    }
  }

  deinit { shared.stop() }

  /// What goes wrong now.
  public var fault: BusFault { shared.fault }

  /// Lets something go wrong from now on, instead of what went wrong before; returns when it does.
  public func set(_ fault: BusFault) async {
    let version = shared.set(fault)
    _ = await shared.reached(version)
  }

  /// How many connections the driver has made.
  public var connections: Int { shared.counts.connections }

  /// How many connections are open.
  public var openConnections: Int { shared.counts.open }

  /// How many requests were answered by the device, whatever became of the answers.
  public var exchanges: Int { shared.counts.exchanges }

  /// Closes everything; returns when it is closed.
  public func stop() async {
    shared.stop()
    _ = await end.value(within: .seconds(30))
  }
}

extension FaultyBus {
  /// Lets happen to the way what is to happen to the device, as far as the two are the same to the driver.
  ///
  /// - Throws: ``NotSimulated`` for what only the device itself can do: refuse a property.
  public func inject(_ fault: DeviceFault?) async throws {
    switch fault {
    case nil: await set(.pass)
    case .silent?: await set(.silent)
    case .slow(let milliseconds)?: await set(.delay(milliseconds: milliseconds))
    case .disconnect?: await set(.closeMidAnswer)
    case .absent?: await set(.refuse)
    case .garbage?: await set(.garbage)
    case .refuseReads(let property)?: throw NotSimulated("refuse to read \(property): a FaultyBus doesn't know the protocol")
    case .refuseWrites(let property)?: throw NotSimulated("refuse to write \(property): a FaultyBus doesn't know the protocol")
    }
  }
}
