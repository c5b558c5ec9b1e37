import DeviceAPI
import JSON

/// Checks devices and models before anything is sent, so that a mistake in the last file doesn't leave half of them applied.
///
/// The server has the last word: it knows the models that aren't in the files.
struct ManifestCheck {
  /// What is wrong, and what is likely not meant, in the order of the files.
  private(set) var problems: [ManifestProblem] = []

  private let manifests: [Manifest]
  private var models: [String: DeviceModel] = [:]
  /// The Secrets and ConfigMaps, which devices may refer to.
  private var referenced: [ReferencedObject: JSONValue] = [:]
  /// What drivers expect, as far as their schemas are among the files.
  private var drivers = DriverSchemaLibrary()

  /// What drivers whose schemas were given apart expect.
  private let schemas: DriverSchemas

  /// - Parameter schemas: What drivers expect, beside what the objects themselves hold of that.
  init(_ manifests: [Manifest], schemas: DriverSchemas = DriverSchemas()) {
    self.manifests = manifests
    self.schemas = schemas
    problems = schemas.problems
    for manifest in manifests where manifest.kind == ResourceKind.deviceModel.rawValue {
      models[Self.key(manifest, manifest.name)] = try? DeviceModel(decoding: manifest.object)
    }
    for manifest in manifests where manifest.kind == "ConfigMap" {
      do throws(DeviceAPIError) {
        try drivers.put(manifest.object)
      } catch {
        problems.append(manifest.problem(error.path, error.problem, reason: FieldError.Kind.invalid.rawValue))
      }
    }
    for manifest in manifests {
      if let object = ReferencedObject(manifest.object) { referenced[object] = manifest.object }
    }
    var places: [String: Manifest] = [:]
    for manifest in manifests {
      problems += check(manifest)
      let key = "\(manifest.kind) \(Self.key(manifest, manifest.name))"
      if let first = places[key] {
        let place = ManifestProblem(file: first.file, first.position(of: "metadata.name"), "").place
        problems.append(
          manifest.problem(
            "metadata.name", "the \(manifest.kind) \(manifest.name) is there already, at \(place); this one overrides it",
            severity: .warning, reason: "FieldValueDuplicate"))
      } else {
        places[key] = manifest
      }
    }
  }

  /// The problems that make objects be refused.
  var errors: [ManifestProblem] { problems.filter { $0.severity == .error } }

  private static func key(_ manifest: Manifest, _ name: String) -> String { "\(manifest.namespace ?? "default")/\(name)" }

  private func check(_ manifest: Manifest) -> [ManifestProblem] {
    guard let version = APIVersion(groupVersion: manifest.apiVersion) else { return unknownVersion(manifest) }
    guard let kind = ResourceKind(rawValue: manifest.kind), kind.versions.contains(version) else {
      let kinds = ResourceKind.allCases.filter { $0.versions.contains(version) }.map(\.rawValue)
      return [
        manifest.problem(
          "kind",
          "\(JSONValue.string(manifest.kind).text) is not one of \(kinds.joined(separator: ", "))"
            + Suggestion.text(for: manifest.kind, among: kinds),
          reason: "FieldValueNotSupported")
      ]
    }
    let model = manifest.object.at("spec", "deviceModelRef", "name")?.string.flatMap { models[Self.key(manifest, $0)] }
    guard
      let (errors, warnings) = try? ResourceValidator.validate(
        manifest.object, model: model, driver: { drivers[$0] ?? schemas.drivers[$0] },
        references: .objects { referenced[$0].map { .object($0) } ?? .absent })
    else {
      return []
    }
    var seen: Set<FieldError> = []
    return errors.filter { seen.insert($0).inserted }.map { manifest.problem($0.path, $0.detail, reason: $0.kind.rawValue) }
      + warnings.map { warning(manifest, $0) }
  }

  /// An object that isn't of this group, or wants to be.
  private func unknownVersion(_ manifest: Manifest) -> [ManifestProblem] {
    let isOurs = manifest.apiVersion.hasPrefix("\(APIVersion.group)/")
    guard isOurs || ResourceKind(rawValue: manifest.kind) != nil else { return [] }
    let known = APIVersion.allCases.reversed().map(\.groupVersion).joined(separator: ", ")
    return [
      manifest.problem(
        "apiVersion", "\(JSONValue.string(manifest.apiVersion).text) is not one of \(known)", reason: "FieldValueNotSupported")
    ]
  }

  /// A warning, at the field that it begins with if it names one.
  private func warning(_ manifest: Manifest, _ text: String) -> ManifestProblem {
    var field = String(text.prefix { $0 != " " })
    if field.hasSuffix(":") { field.removeLast() }
    let isField = field.contains(".") && manifest.contains(String(field.prefix { $0 != "." }))
    if isField { return manifest.problem(field, text, severity: .warning) }
    let place = text.hasPrefix("there is no DeviceModel") ? "spec.deviceModelRef.name" : "spec"
    return ManifestProblem(file: manifest.file, manifest.position(of: place), text, severity: .warning)
  }
}
