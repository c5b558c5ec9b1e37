package import Logging
package import MapperSDK
internal import ServiceLifecycle

/// The part of a mapper that runs devices, without the ways by which specs come and reports go.
package struct DeviceHost<Driver: DeviceDriver>: Service {
  private let manager: DeviceManager<Driver>

  /// Devices of a driver, none yet.
  ///
  /// - Parameters:
  ///   - edge: Where they report to.
  ///   - events: Where Events about them go.
  package init(
    driver: Driver, edge: any EdgeReporting, clock: MapperClock, logger: Logger, events: DeviceEvents = .none
  ) {
    manager = DeviceManager(driver: driver, link: edge, clock: clock, logger: logger, events: events)
  }

  /// Takes changes of the devices.
  package func submit(_ changes: [SpecStore.Change]) { manager.submit(changes) }

  /// The devices as somebody beside the poller sees them.
  package var directory: any DeviceDirectory { manager }

  /// How the buses do.
  package var busStatistics: [BusStatistics] {
    get async { await manager.busStatistics }
  }

  /// Runs devices until shut down or cancelled; returns when they let go of their buses.
  package func run() async throws { try await manager.run() }
}
