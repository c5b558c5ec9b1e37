internal import MapperSDK

/// What devices ask of a bus.
enum BusOrder<Driver: DeviceDriver>: Sendable {
  typealias Point = Driver.Connection.Point

  /// Reads a device's points from now on, each with its cycle in milliseconds; `nil`: not by itself. Those whose places are
  /// in `watched` tell of themselves too.
  case attach(DeviceName, UnitID, points: [Point], cycles: [Int64?], watched: [Int], inbox: ReadingInbox)
  /// Reads a device's points at other cycles.
  case adjust(DeviceName, cycles: [Int64?])
  /// Reads a device no more.
  case detach(DeviceName)
  /// A run of the connection's watch broke.
  case watchBroke(BusWatch, ReadingError)
  /// Connects, from the next time on, by the configuration of a device that is on the bus now.
  case configure(Driver.ProtocolConfig)
  /// Does something before anything else is read.
  case perform(BusJob<Driver.Connection>)
}

/// Something a device does with the connection.
struct BusJob<Connection: DeviceConnection>: Sendable {
  /// The unit it is done with.
  let unit: UnitID
  /// Does it, or tells its waiter why it can't be done; the answer is what the bus learns of the unit.
  let run: @Sendable (Result<Connection, BusFailure>, _ operation: UInt64) async -> BusScheduler.Outcome
}
