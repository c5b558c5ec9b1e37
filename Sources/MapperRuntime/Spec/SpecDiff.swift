package import DeviceAPI

/// What a changed Device means for the one that runs.
package enum SpecDiff: Sendable, Hashable {
  /// Nothing a mapper looks at changed.
  case same
  /// Only cycles, desired values and the like: the device runs on, with its connection.
  case adjust
  /// How the device is reached, or what its properties are: it starts anew.
  case restart

  /// Compares two states of a device.
  package init(old: ResolvedDevice, new: ResolvedDevice) {
    if Self.essence(of: old) != Self.essence(of: new) {
      self = .restart
    } else if Self.pace(of: old) != Self.pace(of: new) {
      self = .adjust
    } else {
      self = .same
    }
  }

  /// The device without what can change while it runs.
  private static func essence(of device: ResolvedDevice) -> ResolvedDevice {
    var device = device
    device.methods = []
    device.unknownProperties = []
    for index in device.properties.indices {
      device.properties[index].description = ""
      device.properties[index].collectCycle = nil
      device.properties[index].reportCycle = nil
      device.properties[index].reportToCloud = true
      device.properties[index].desired = nil
      device.properties[index].pushMethod = nil
      device.properties[index].defaultValue = nil
    }
    return device
  }

  private struct Pace: Hashable {
    var collectCycle: Int64?
    var reportToCloud: Bool
    var desired: TwinValue?
  }

  private static func pace(of device: ResolvedDevice) -> [Pace] {
    device.properties.map { Pace(collectCycle: $0.collectCycle, reportToCloud: $0.reportToCloud, desired: $0.desired) }
  }
}
