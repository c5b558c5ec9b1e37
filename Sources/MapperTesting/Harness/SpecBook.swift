internal import DeviceAPI
internal import JSON
internal import MapperRuntime
internal import MapperSDK
internal import YAML

/// The Devices and DeviceModels that a test applied, as the API would have them.
struct SpecBook: Sendable {
  private struct Key: Hashable, Comparable {
    let kind: String
    let name: DeviceName

    static func < (left: Key, right: Key) -> Bool { (left.kind, left.name) < (right.kind, right.name) }
  }

  private var objects: [Key: JSONValue] = [:]
  private var library: SpecLibrary
  private var store: SpecStore

  init<Driver: DeviceDriver>(driver: Driver) {
    let protocolName = Driver.protocolName
    let references = SpecReferences(driver: { Driver.schema.document(protocolName: Driver.protocolName) }, secrets: SecretTexts())
    library = SpecLibrary(form: .objects, node: nil, protocolName: protocolName, references: references) {
      DriverFindings($0, driver: driver)
    }
    store = SpecStore(node: nil, protocolName: protocolName, takesUnassigned: true, references: references)
  }

  /// Takes objects over, each as a whole.
  ///
  /// - Parameter isStrict: Whether nothing is taken over when something is wrong.
  /// - Returns: What changed of the devices, and what is wrong, or odd.
  mutating func apply(_ text: String, isStrict: Bool) throws(HarnessError) -> (changes: [SpecStore.Change], findings: [String]) {
    let documents: [YAMLDocument]
    do {
      documents = try YAMLDocument.parseAll(text, file: "spec")
    } catch {
      throw HarnessError(.invalidSpec, at: "spec:\(error.line):\(error.column)", error.problem)
    }
    var new = self
    for object in documents.flatMap({ $0.value["items"]?.array ?? [$0.value] }) where !object.isNull {
      guard let kind = object["kind"]?.string, let name = object.at("metadata", "name")?.string else {
        throw HarnessError(.invalidSpec, at: "spec", "expected objects with apiVersion, kind and metadata.name")
      }
      new.objects[Key(kind: kind, name: DeviceName(namespace: object.at("metadata", "namespace")?.string ?? "default", name: name))] =
        object
    }
    let (changes, problems, warnings) = new.refresh()
    if isStrict, !problems.isEmpty { throw HarnessError(.invalidSpec, at: "", problems.joined(separator: "; ")) }
    self = new
    return (changes, problems + warnings)
  }

  /// Forgets a Device or a DeviceModel.
  mutating func delete(_ kind: String, _ name: DeviceName) -> [SpecStore.Change] {
    objects[Key(kind: kind, name: name)] = nil
    return refresh().changes
  }

  private mutating func refresh() -> (changes: [SpecStore.Change], problems: [String], warnings: [String]) {
    let files = objects.sorted { $0.key < $1.key }.map { key, object in
      SpecFile(path: "\(key.kind) \(key.name)", content: .success(object.serialized))
    }
    let snapshot = library.read(files)
    let problems = snapshot.problems + snapshot.deviceProblems.sorted { $0.key < $1.key }.flatMap(\.value)
    // Lines are those of a text that nobody wrote.
    func plain(_ problem: SpecProblem) -> String { "\(problem.file): \(problem.problem)" }
    return (store.reset(snapshot), problems.map(plain), snapshot.warnings.map(plain))
  }
}
