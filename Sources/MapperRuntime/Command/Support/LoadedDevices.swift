internal import APIClient
internal import DeviceAPI
internal import JSON
package import MapperSDK

/// The Devices of a driver's protocol that files describe, or the API has, of whatever node; read once.
package struct LoadedDevices<Driver: DeviceDriver>: Sendable {
  /// A Device.
  package struct Device: Sendable {
    /// What it is to the driver.
    package let binding: DeviceBinding<Driver>
    /// How often each of the binding's points is read by itself, in milliseconds; `nil`: not.
    package let cycles: [Int64?]
  }

  /// The Devices that can be served, by name.
  package private(set) var devices: [Device] = []
  /// What is wrong, by file and line.
  package private(set) var problems: [SpecProblem] = []

  /// What is odd in them, by file and line: a mistyped key, as a rule.
  package private(set) var warnings: [SpecProblem] = []

  /// What resolves references to Secrets and ConfigMaps.
  private static func references(_ secrets: SecretTexts) -> SpecReferences {
    SpecReferences(driver: { Driver.schema.document(protocolName: Driver.protocolName) }, secrets: secrets)
  }

  /// Reads files, and the files of folders.
  ///
  /// - Parameter secrets: Learns what is secret in the Devices, which has to be kept out of what is said of them.
  package init(files paths: [String], driver: Driver, secrets: SecretTexts = SecretTexts()) {
    var files: [SpecFile] = []
    for path in paths {
      do {
        files += try SpecFiles.read(path)
      } catch {
        problems.append(error)
      }
    }
    let references = Self.references(secrets)
    var library = SpecLibrary(form: .objects, node: nil, protocolName: Driver.protocolName, references: references) {
      DriverFindings($0, driver: driver)
    }
    let snapshot = library.read(files)
    problems += snapshot.problems
    warnings = snapshot.warnings
    var store = SpecStore(node: nil, protocolName: Driver.protocolName, references: references)
    for change in store.reset(snapshot) {
      guard let document = snapshot.documents[change.name] else { continue }
      switch change.entry {
      // What is wrong with it the snapshot has.
      case .ready(let device)?: _ = add(device, driver)
      case .broken(let problem)?:
        problems += snapshot.deviceProblems[change.name] ?? [document.problem(problem, at: "spec.deviceModelRef.name")]
      case .waiting(let problem)?: problems.append(document.problem(problem, at: "spec.deviceModelRef.name"))
      case .unresolved(let problem)?: problems += snapshot.unresolvedDevices[change.name] ?? [document.problem(problem)]
      case .released?, nil: break
      }
    }
    judge(snapshot)
    refuseConflicts(snapshot, driver)
    problems.sort { ($0.file, $0.line ?? 0, $0.column ?? 0) < ($1.file, $1.line ?? 0, $1.column ?? 0) }
    warnings.sort { ($0.file, $0.line ?? 0, $0.column ?? 0) < ($1.file, $1.line ?? 0, $1.column ?? 0) }
  }

  /// Finds what is odd in the Devices, and those of which nothing can be read or written.
  private mutating func judge(_ snapshot: SpecSnapshot) {
    var told: Set<SpecProblem> = []
    for binding in devices.map(\.binding) {
      guard let document = snapshot.documents[binding.name], let spec = snapshot.devices[binding.name]?.spec,
        let modelName = spec.modelName
      else { continue }
      let model = DeviceName(namespace: binding.name.namespace, name: modelName)
      let finder = DriverCheck(document: document, model: snapshot.modelDocuments[model])
      // What is odd in a model is so for each of its devices.
      warnings += binding.warnings.map { finder.problem($0) }.filter { told.insert($0).inserted }
      guard binding.points.isEmpty, binding.faults.isEmpty, spec.methods.isEmpty else { continue }
      let isModels = snapshot.models[model]?.spec.properties.isEmpty ?? false
      let problem = "there are none, so there is nothing to read or write of the Device \(binding.name)"
      if isModels, let modelDocument = snapshot.modelDocuments[model] {
        problems.append(modelDocument.problem(problem, at: "spec.properties"))
      } else {
        problems.append(document.problem("none of them is the DeviceModel's, so there is nothing to read or write", at: "spec.properties"))
      }
    }
  }

  /// Devices that can't share a bus.
  private mutating func refuseConflicts(_ snapshot: SpecSnapshot, _ driver: Driver) {
    var first: [BusID: DeviceBinding<Driver>] = [:]
    for device in devices {
      let binding = device.binding
      guard let other = first[binding.bus] else {
        first[binding.bus] = binding
        continue
      }
      for issue in driver.conflicts(of: binding.config, with: other.config) {
        let problem = BusConflict(issue, with: other.name, on: binding.bus).description
        let model = snapshot.devices[binding.name]?.spec.modelName
          .flatMap { snapshot.modelDocuments[DeviceName(namespace: binding.name.namespace, name: $0)] }
        let finder = snapshot.documents[binding.name].map { DriverCheck(document: $0, model: model) }
        problems.append(finder?.problem(problem) ?? SpecProblem(file: "\(binding.name)", problem: problem))
      }
    }
  }

  /// Reads a Device and its model from the API.
  ///
  /// - Parameter secrets: Learns what is secret in it, which has to be kept out of what is said of it.
  /// - Throws: An error that says what the API answers.
  package init(
    _ name: DeviceName, server: String, credentials: APICredentials = APICredentials(), driver: Driver, secrets: SecretTexts = SecretTexts()
  ) async throws {
    let client = try credentials.client(server)
    func get(_ kind: ResourceKind, _ object: String) async throws -> JSONValue {
      try await client.get(
        APIClient.path(
          group: APIVersion.group, version: APIVersion.v1beta1.rawValue, resource: kind.plural, namespace: name.namespace, name: object))
    }
    let place = "\(client.server), \(name)"
    let object = try await get(.device, name.name)
    var store = SpecStore(node: nil, protocolName: Driver.protocolName, references: Self.references(secrets))
    if let model = object.at("spec", "deviceModelRef", "name")?.string {
      _ = store.resetModels([try await get(.deviceModel, model)])
    }
    var changes = store.resetDevices([object])
    for object in store.referenced {
      changes += store.contentChanged(of: object, try await Self.content(of: object, at: client))
    }
    switch changes.last?.entry {
    case .ready(let device)?: problems += add(device, driver).map { SpecProblem(file: place, problem: $0) }
    case .broken(let problem)?, .waiting(let problem)?, .unresolved(let problem)?:
      problems.append(SpecProblem(file: place, problem: problem))
    case .released?, nil: problems.append(SpecProblem(file: place, problem: "its protocol isn't \(Driver.protocolName)"))
    }
  }

  private static func content(of object: ReferencedObject, at client: APIClient) async throws -> ReferencedContent {
    let path = APIClient.path(
      group: "", version: "v1", resource: object.kind.plural, namespace: object.namespace, name: object.name)
    do throws(APIError) {
      return .object(try await client.get(path))
    } catch {
      switch error.status {
      case 404?: return .absent
      case 401?, 403?: return .unreadable(error.message)
      default: throw error
      }
    }
  }

  /// - Returns: What the driver can't take of it.
  private mutating func add(_ device: ResolvedDevice, _ driver: Driver) -> [String] {
    do {
      let binding = try DeviceBinding(device, driver: driver)
      devices.append(Device(binding: binding, cycles: binding.cycles(CollectCycles(device))))
      return binding.faults.sorted { $0.key < $1.key }.map(\.value)
    } catch {
      return error.problems
    }
  }
}
