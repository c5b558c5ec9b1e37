package import TwinProtocol

/// Changes of twins that a KubeEdge core wouldn't take: kept, in case the core turns out to be one of ours.
///
/// Whose the core is shows only when its retained status arrives, shortly after the first connection.
package struct Withheld: Sendable {
  private var twins: [DeviceID: [String: (twin: Twin, reason: String)]] = [:]
  /// The types the core has for properties.
  private var types: [DeviceID: [String: String]] = [:]

  /// Nothing is withheld.
  package init() {}

  /// Takes what the core says of a device's properties; whether their types are others than before.
  package mutating func learn(_ known: [String: Twin], of device: DeviceID) -> Bool {
    let new = known.compactMapValues(\.type)
    defer { types[device] = new }
    return types[device] != new
  }

  /// The changes that the core takes, as it takes them; the others are kept, only the newest of a property.
  package mutating func admit(_ changes: [String: Twin], of device: DeviceID) -> [String: Twin] {
    var admitted: [String: Twin] = [:]
    for (property, twin) in changes {
      do {
        admitted[property] = try KubeEdgeRules.admit(twin, named: property, knownType: types[device]?[property])
        twins[device]?[property] = nil
      } catch {
        twins[device, default: [:]][property] = (twin, error.reason)
      }
    }
    return admitted
  }

  /// What isn't told at present, and why, as sentences.
  package var objections: [String] {
    twins.keys.sorted().flatMap { device in
      (twins[device] ?? [:]).sorted { $0.key < $1.key }.map { "\(device): \($0.key) is not told: \($0.value.reason)" }
    }
  }

  /// Gives back everything: the core takes it.
  package mutating func release() -> [(device: DeviceID, twins: [String: Twin])] {
    defer { self = Withheld() }
    return twins.keys.sorted().compactMap { device in
      guard let twins = twins[device], !twins.isEmpty else { return nil }
      return (device, twins.mapValues(\.twin))
    }
  }

  /// Forgets a device.
  package mutating func remove(_ device: DeviceID) {
    twins[device] = nil
    types[device] = nil
  }
}
