package import TwinProtocol

/// Changes of twins that a KubeEdge core wouldn't take: kept, in case the core turns out to be one of ours.
///
/// Whose the core is shows only when its retained status arrives, shortly after the first connection.
package struct Withheld: Sendable {
  private var twins: [DeviceID: [String: Twin]] = [:]
  /// The types the core has for properties.
  private var types: [DeviceID: [String: String]] = [:]

  /// Nothing is withheld.
  package init() {}

  /// Takes what the core says of a device's properties.
  package mutating func learn(_ known: [String: Twin], of device: DeviceID) {
    types[device] = known.compactMapValues(\.type)
  }

  /// The changes that the core takes, as it takes them; the others are kept, only the newest of a property.
  ///
  /// - Returns: What may be sent, and why the rest isn't.
  package mutating func admit(_ changes: [String: Twin], of device: DeviceID) -> (twins: [String: Twin], objections: [String: String]) {
    var admitted: [String: Twin] = [:]
    var objections: [String: String] = [:]
    for (property, twin) in changes {
      do {
        admitted[property] = try KubeEdgeRules.admit(twin, named: property, knownType: types[device]?[property])
        twins[device]?[property] = nil
      } catch {
        objections[property] = error.reason
        twins[device, default: [:]][property] = twin
      }
    }
    return (admitted, objections)
  }

  /// Gives back everything: the core takes it.
  package mutating func release() -> [(device: DeviceID, twins: [String: Twin])] {
    defer { self = Withheld() }
    return twins.keys.sorted().compactMap { device in
      guard let twins = twins[device], !twins.isEmpty else { return nil }
      return (device, twins)
    }
  }

  /// Forgets a device.
  package mutating func remove(_ device: DeviceID) {
    twins[device] = nil
    types[device] = nil
  }
}
