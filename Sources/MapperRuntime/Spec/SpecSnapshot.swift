package import DeviceAPI
package import JSON
package import MapperSDK

/// All Devices and DeviceModels that files describe, those that are wrong with what is wrong.
package struct SpecSnapshot: Sendable {
  /// The models.
  package var models: [DeviceName: DeviceModel] = [:]
  /// What describes each of them.
  package var modelDocuments: [DeviceName: SpecDocument] = [:]
  /// Models that can't be used, and why.
  package var brokenModels: [DeviceName: String] = [:]
  /// The devices, other mappers' too.
  package var devices: [DeviceName: Device] = [:]
  /// Devices of this mapper that can't be used, and why.
  package var brokenDevices: [DeviceName: String] = [:]
  /// What is wrong with each of them, at its place.
  package var deviceProblems: [DeviceName: [SpecProblem]] = [:]
  /// Devices of this mapper that refer to what isn't there, or can't be used, and what.
  package var unresolvedDevices: [DeviceName: [SpecProblem]] = [:]
  /// What describes each device of this mapper, a broken one too.
  package var documents: [DeviceName: SpecDocument] = [:]
  /// The Secrets and ConfigMaps, to which devices may refer.
  package var referenced: [ReferencedObject: JSONValue] = [:]
  /// Nodes of devices that are other mappers'.
  package var otherNodes: Set<String> = []
  /// What else is wrong.
  package var problems: [SpecProblem] = []
  /// What is odd, but stops nothing.
  package var warnings: [SpecProblem] = []

  /// Nothing.
  package init() {}
}
