import ArgumentParser
import DeviceAPI
import JSON
import YAML

/// `edgectl convert`
struct Convert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rewrite files in another version of the device API.",
    discussion: """
      Examples:
        edgectl convert --to v1beta1 -f device.yaml > device-v1beta1.yaml
        edgectl convert --to v1alpha2 -f models/ -o json

      Objects come out in the order of the files. What the other version can't say travels in an annotation and comes back \
      when the object is converted back; comments are lost. Needs no server.
      """
  )

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case yaml, json
  }

  @OptionGroup var files: FileOptions

  @Option(help: ArgumentHelp("The version: v1beta1 or v1alpha2.", valueName: "VERSION"), completion: .list(["v1beta1", "v1alpha2"]))
  var to: String

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: yaml or json.")
  var output: Format = .yaml

  private var version: APIVersion? { APIVersion(rawValue: to) ?? APIVersion(groupVersion: to) }

  func validate() throws {
    try files.check()
    if version == nil {
      throw ValidationError("'\(to)' is not one of \(APIVersion.allCases.reversed().map(\.rawValue).joined(separator: ", "))")
    }
  }

  func run() async throws {
    guard let version else { return }
    let read = files.read()
    let check = ManifestCheck(read.manifests)
    let errors = read.problems + check.errors
    guard errors.isEmpty else {
      for problem in errors { Output.error.note(DisplayText.safe("\(problem)")) }
      throw ExitCode(1)
    }
    var converter = DocumentConverter(version: version)
    var converted: [JSONValue] = []
    for (file, document) in read.documents { converted.append(try converter.convert(document, file: file)) }
    let cycles = check.problems.filter { $0.problem.contains("nanoseconds") }
    for warning in cycles + converter.warnings { Output.error.note(DisplayText.safe("\(warning)")) }
    switch output {
    case .yaml:
      var writer = YAMLWriter()
      for document in converted { writer.document(document) }
      try Output.standard.write(writer.text)
    case .json:
      let list: JSONValue = ["apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": ""], "items": .array(converted)]
      try Output.standard.write((converted.count == 1 ? converted[0] : list).prettyText + "\n")
    }
  }
}

/// Rewrites documents in one version.
struct DocumentConverter {
  let version: APIVersion
  /// What didn't go smoothly.
  private(set) var warnings: [ManifestProblem] = []

  init(version: APIVersion) { self.version = version }

  /// The document in the version; a list stays a list.
  mutating func convert(_ document: YAMLDocument, file: String) throws -> JSONValue {
    let objects = Manifest.objects(in: document.value)
    guard objects.first?.prefix.isEmpty == false || document.value["items"] != nil && objects.isEmpty else {
      return try convert(document.value, "", document.positions, file)
    }
    var items: [JSONValue] = []
    for (object, prefix) in objects { items.append(try convert(object, prefix, document.positions, file)) }
    var list = document.value
    list["items"] = .array(items)
    if let own = list["apiVersion"]?.string, APIVersion(groupVersion: own) != nil {
      list["apiVersion"] = .string(version.groupVersion)
    }
    return list
  }

  private mutating func convert(
    _ object: JSONValue, _ prefix: String, _ positions: YAMLPositions, _ file: String
  ) throws -> JSONValue {
    let name = "\(object["kind"]?.string ?? "") \(object.at("metadata", "name")?.string ?? "")"
    func warn(_ text: String) {
      warnings.append(ManifestProblem(file: file, positions.position(of: prefix), text, severity: .warning))
    }
    guard let source = (object["apiVersion"]?.string).flatMap(APIVersion.init(groupVersion:)) else {
      warn("the \(name) is none of \(APIVersion.group): it is printed as it is")
      return object
    }
    let kind = (object["kind"]?.string).flatMap(ResourceKind.init(rawValue:))
    guard source != version, let kind else { return object }
    guard kind.versions.contains(version) else {
      warn("there is no \(kind.rawValue) in \(version.rawValue): the \(name) is printed as it is")
      return object
    }
    let result = try DeviceAPI.convert(object, to: version)
    if let kept = result.at("metadata", "annotations", source.annotation), kept != object.at("metadata", "annotations", source.annotation) {
      warn("what \(version.rawValue) can't say of the \(name) is kept in the annotation \(source.annotation)")
    }
    return result
  }
}
