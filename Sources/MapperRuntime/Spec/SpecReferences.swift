package import DeviceAPI
internal import JSON
internal import MapperSDK

/// The Secrets and ConfigMaps that a mapper's devices refer to.
///
/// A value: what is known of them goes in, devices with the texts in place come out. It is empty while no device refers to any.
package struct SpecReferences: Sendable {
  private let driver: @Sendable () -> DriverSchemaDocument
  private let secrets: SecretTexts
  private var contents: [ReferencedObject: ReferencedContent] = [:]
  private var uses: [DeviceName: Set<ReferencedObject>] = [:]
  /// Whether all there is is known, as from files.
  private var isComplete = false

  /// - Parameters:
  ///   - driver: What the driver says of configurations; asked for when a device refers to something.
  ///   - secrets: Learns each secret text before a device has it.
  package init(driver: @escaping @Sendable () -> DriverSchemaDocument, secrets: SecretTexts) {
    self.driver = driver
    self.secrets = secrets
  }

  /// What the devices refer to.
  var objects: Set<ReferencedObject> { uses.values.reduce(into: []) { $0.formUnion($1) } }

  /// The devices that refer to an object.
  func devices(using object: ReferencedObject) -> [DeviceName] { uses.filter { $0.value.contains(object) }.map(\.key) }

  /// Takes all objects there are.
  mutating func reset(_ objects: [ReferencedObject: JSONValue]) {
    isComplete = true
    contents = objects.mapValues { .object($0) }
  }

  /// Takes what is known of an object; whether that is news.
  mutating func set(_ content: ReferencedContent?, of object: ReferencedObject) -> Bool {
    guard contents[object] != content else { return false }
    contents[object] = content
    return true
  }

  /// A device is to be looked at anew, or is gone.
  mutating func forget(_ device: DeviceName) {
    // Most mappers have none.
    if !uses.isEmpty { uses[device] = nil }
  }

  /// What a device that refers to something comes to; `nil` while that isn't known.
  mutating func resolve(_ device: ResolvedDevice, _ name: DeviceName) -> SpecStore.Entry? {
    let objects = device.references
    uses[name] = objects
    guard isComplete || objects.allSatisfy({ contents[$0] != nil }) else { return nil }
    let resolution = resolution(of: device) { contents[$0] ?? .absent }
    return resolution.problems.isEmpty ? .ready(resolution.device) : .unresolved(resolution.problems.joined(separator: "; "))
  }

  /// A device with the texts in place of all there is.
  func resolution(of device: ResolvedDevice, _ objects: [ReferencedObject: JSONValue]) -> ReferenceResolution {
    resolution(of: device) { objects[$0].map { .object($0) } ?? .absent }
  }

  private func resolution(
    of device: ResolvedDevice, _ content: (ReferencedObject) -> ReferencedContent
  ) -> ReferenceResolution {
    let resolution = ReferenceResolution(device, driver: driver(), content: content)
    secrets.learn(resolution.secrets)
    return resolution
  }
}
