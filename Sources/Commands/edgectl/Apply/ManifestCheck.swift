import DeviceAPI
import JSON

/// Checks devices and models before anything is sent, so that a mistake in the last file doesn't leave half of them applied.
///
/// The server has the last word: it knows the models that aren't in the files.
enum ManifestCheck {
  /// Everything that is wrong, in the order of the files.
  static func problems(_ manifests: [Manifest]) -> [ManifestProblem] {
    let models = manifests.filter { $0.kind == ResourceKind.deviceModel.rawValue }.compactMap { manifest in
      (try? DeviceModel(decoding: manifest.object)).map { (name: manifest.name, namespace: manifest.namespace, model: $0) }
    }
    return manifests.flatMap { manifest -> [ManifestProblem] in
      guard let version = APIVersion(groupVersion: manifest.apiVersion), let kind = ResourceKind(rawValue: manifest.kind),
        let schema = Schema.of(kind, version)
      else { return [] }
      var errors = schema.validate(manifest.object) + ObjectMetaValidator.validate(manifest.object)
      // What an object means can be told only when it is well-formed.
      if errors.isEmpty {
        switch kind {
        case .deviceModel: errors = DeviceModelValidator.validate(manifest.object).errors
        case .device:
          let wanted = manifest.object.at("spec", "deviceModelRef", "name")?.string
          let model = models.first { $0.name == wanted && $0.namespace == manifest.namespace }?.model
          errors = DeviceValidator.validate(manifest.object, model: model).errors
        case .deviceStatus: break
        }
      }
      var seen: Set<FieldError> = []
      return errors.filter { seen.insert($0).inserted }.map {
        ManifestProblem(file: manifest.file, manifest.position(of: $0.path), "\($0)")
      }
    }
  }
}
