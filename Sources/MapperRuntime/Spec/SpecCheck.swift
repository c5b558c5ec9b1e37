internal import DeviceAPI
internal import JSON

/// What is wrong with one Device or DeviceModel of a file, with the places.
struct SpecCheck {
  /// What makes the object useless.
  private(set) var errors: [SpecProblem] = []
  /// What is likely a mistake, and stops nothing.
  private(set) var warnings: [SpecProblem] = []

  /// - Parameters:
  ///   - model: The model of a Device, if there is one.
  ///   - isProfile: Whether desired values are somebody else's business.
  init(_ document: SpecDocument, model: DeviceModel? = nil, isProfile: Bool = false) {
    let object = document.object
    guard let kind = ResourceKind(rawValue: object["kind"]?.string ?? "") else { return }
    let versionText = object["apiVersion"]?.string ?? ""
    guard let version = APIVersion(groupVersion: versionText), kind.versions.contains(version) else {
      let known = kind.versions.map(\.groupVersion).joined(separator: " or ")
      errors = [document.problem("\"\(versionText)\" is not \(known)", at: "apiVersion")]
      return
    }
    // What the driver can't use it says by itself, when the device is resolved.
    guard let (found, notes) = try? ResourceValidator.validate(object, model: model) else { return }
    // A profile's oddities are those of the program that writes it.
    if !isProfile { warnings = notes.compactMap { Self.problem($0, document) } }
    var seen: Set<FieldError> = []
    for error in found where seen.insert(error).inserted {
      // A profile's desired values are edgecore's to tell; it lists some for read-only properties, too.
      if isProfile, error.path.hasPrefix("status.") { continue }
      let problem = document.problem(error.detail, at: error.path)
      if error.kind == .unknownField { warnings.append(problem) } else { errors.append(problem) }
    }
  }

  /// A warning with its place.
  private static func problem(_ warning: String, _ document: SpecDocument) -> SpecProblem? {
    if let colon = warning.firstRange(of: ": "), !warning[..<colon.lowerBound].contains(" ") {
      return document.problem(String(warning[colon.upperBound...]), at: String(warning[..<colon.lowerBound]))
    }
    // Those without a place are about which mapper serves it, the one that reads the file, or that there is nothing to serve.
    return nil
  }
}
