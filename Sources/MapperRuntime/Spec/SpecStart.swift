internal import MapperSDK

/// Holds back what is known of devices until both they and their models have been listed: until then a model that is there
/// seems to be missing.
package struct SpecStart: Sendable {
  private var hasModels = false
  private var hasDevices = false
  private var held: [DeviceName: SpecStore.Change] = [:]

  /// Nothing was listed yet.
  package init() {}

  /// Takes what listing all models changed.
  package mutating func listedModels(_ changes: [SpecStore.Change]) -> [SpecStore.Change] {
    hasModels = true
    return take(changes)
  }

  /// Takes what listing all devices changed.
  package mutating func listedDevices(_ changes: [SpecStore.Change]) -> [SpecStore.Change] {
    hasDevices = true
    return take(changes)
  }

  /// Takes changes, and gives what holds by now, of each device the last.
  package mutating func take(_ changes: [SpecStore.Change]) -> [SpecStore.Change] {
    if held.isEmpty, hasModels, hasDevices { return changes }
    for change in changes { held[change.name] = change }
    guard hasModels, hasDevices else { return [] }
    defer { held = [:] }
    return held.values.sorted { $0.name < $1.name }
  }
}
