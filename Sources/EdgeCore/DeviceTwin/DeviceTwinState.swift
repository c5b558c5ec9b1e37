package import TwinProtocol

/// Everything that DeviceTwin knows of a device: a value that updates are applied to.
package struct DeviceTwinState: Sendable, Hashable {
  /// An update that was answered, so that its repetition can be answered again and not applied.
  package struct AnsweredEvent: Sendable, Hashable {
    package var eventID: String
    /// A hash of the payload: there are clients that send one `event_id` with every update.
    package var digest: UInt64
    /// What was refused of it.
    package var refusal: Refusal?
  }

  /// The versions of a property that was deleted: they go on when it comes again, so that nobody takes older ones for newer.
  package struct Tombstone: Sendable, Hashable {
    package var expectedVersion: TwinVersion
    package var actualVersion: TwinVersion
  }

  /// How many answered updates of a device are remembered. A mapper has one in flight a device.
  static let rememberedEvents = 8

  /// The properties by name.
  package var properties: [String: TwinProperty] = [:]
  /// The state the mapper told last, in its words.
  package var state: String?
  /// Why the state is so, as the mapper told it.
  package var stateReason: String?
  /// When the device was last reached, in milliseconds since 1970.
  package var lastOnline: Int64?
  /// The model the Device names, and whether it is there; then the model's properties are all there are.
  package var modelName: String?
  package var isModelFound = false
  /// The protocol that the Device, or else its model, names.
  package var protocolName: String?
  /// The mapper that serves the device, once it has shown itself.
  package var mapper: String?
  package var conditions: [DeviceCondition] = []
  package var answered: [AnsweredEvent] = []
  /// What the device is, in the cloud's words.
  package var description: String?
  /// What the cloud says of the device beside its twin.
  package var attributes: [String: DeviceAttribute] = [:]
  /// What is known of properties that were deleted.
  package var deleted: [String: Tombstone] = [:]

  package init() {}

  /// Every property as messages show it.
  package var twins: [String: Twin] { properties.mapValues(\.twin) }

  /// What is desired, and since when.
  package var wishes: [String: TwinValue] { properties.compactMapValues { $0.expected } }

  /// The properties that have a desired value, and the desired values that differ from the reported ones; `nil` when none does.
  package func delta() -> (twins: [String: Twin], delta: [String: String])? {
    var twins: [String: Twin] = [:]
    var delta: [String: String] = [:]
    for (name, property) in properties {
      guard let wish = property.wish else { continue }
      twins[name] = property.twin
      if !property.isReached, property.wishProblem == nil { delta[name] = wish.value }
    }
    return delta.isEmpty ? nil : (twins, delta)
  }
}

extension TwinProperty {
  /// Whether the reported value is the desired one, as values of the property's type.
  package var isReached: Bool {
    guard let wish else { return true }
    guard let actual else { return false }
    return TwinValueRules.isEqual(wish.value, actual.value, type: type)
  }
}
