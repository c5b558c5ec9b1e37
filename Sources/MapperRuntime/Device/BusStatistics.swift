package import MapperSDK

/// How a bus does.
package struct BusStatistics: Sendable, Hashable {
  /// How often a property wasn't read when it should have been.
  package struct Missed: Sendable, Hashable {
    /// The device.
    package var device: DeviceName
    /// The property.
    package var property: String
    /// Deadlines passed over.
    package var count: Int
  }

  /// The bus.
  package var bus = ""
  /// Whether it is connected.
  package var isConnected = false
  /// How often it was connected.
  package var connects = 0
  /// Requests and writes done.
  package var transactions = 0
  /// Those that failed.
  package var failures = 0
  /// Deadlines passed over, a point each.
  package var missed = 0
  /// The properties with such deadlines, the first thousand of them.
  package var missedProperties: [Missed] = []
  /// The share of time it was used lately, from 0 to 1.
  package var utilisation = 0.0
  /// By how much cycles are stretched; 1: not.
  package var stretch = 1.0
  /// Events that devices told by themselves.
  package var events = 0
  /// Such events that are known to be lost.
  package var lostEvents = 0
  /// Units that don't answer.
  package var silentUnits: [String] = []

  /// The same without what is secret: a driver names buses and units after what it is configured with.
  func masked(by secrets: SecretTexts) -> BusStatistics {
    var statistics = self
    statistics.bus = secrets.masked(bus)
    statistics.silentUnits = silentUnits.map { secrets.masked($0) }
    return statistics
  }
}
