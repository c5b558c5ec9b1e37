import DeviceAPI
package import TwinProtocol

extension MetaContents {
  /// Gives each Device whose twin is lost a new one, made of what the Device and its model say.
  ///
  /// - Parameter now: Milliseconds since 1970.
  /// - Returns: The devices.
  package mutating func declareMissingTwins(now: Int64) -> [DeviceID] {
    var made: [DeviceID] = []
    var models: [ObjectKey: DeviceModel]?
    for object in objects {
      guard let id = object.key.deviceID, twins[id] == nil, let version = object.version.devices,
        let device = try? Device(decoding: object.content)
      else { continue }
      let known = models ?? decodedModels
      models = known
      let model = device.spec.modelName.flatMap { known[ObjectKey(kind: .deviceModel, namespace: id.namespace, name: $0)] }
      let desired = DesiredValues(before: nil, after: object.content, version: version, twin: nil, isApply: false).values
      var twin = DeviceTwinState()
      _ = twin.declare(DeviceDeclaration(device: device, model: model, desired: desired), now: now)
      twins[id] = twin
      made.append(id)
    }
    return made
  }

  private var decodedModels: [ObjectKey: DeviceModel] {
    var models: [ObjectKey: DeviceModel] = [:]
    for object in objects where object.key.kind == .deviceModel { models[object.key] = try? DeviceModel(decoding: object.content) }
    return models
  }
}
