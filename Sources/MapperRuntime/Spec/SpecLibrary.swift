package import DeviceAPI
internal import JSON
internal import MapperSDK

/// The files that describe devices, read so that what is wrong in one leaves the others alone.
///
/// A value: the files' bytes go in, what they describe comes out. A file that can't be read, or not wholly, goes on
/// saying what it said before, as far as it doesn't say something else now.
package struct SpecLibrary: Sendable {
  /// What the files hold.
  package enum Form: Sendable {
    /// Devices and DeviceModels as the API has them.
    case objects
    /// A `deviceProfile.json`.
    case profile
  }

  private let form: Form
  private let node: String?
  private let protocolName: String
  private let check: (@Sendable (ResolvedDevice) -> DriverFindings)?
  private let references: SpecReferences?
  private var documents: [String: [SpecDocument]] = [:]

  /// Files for a mapper of a node and a protocol.
  ///
  /// - Parameters:
  ///   - node: The node; `nil`: of all nodes.
  ///   - references: What resolves references to Secrets and ConfigMaps.
  ///   - check: What the mapper's driver finds wrong, so that it shows with its place.
  package init(
    form: Form, node: String?, protocolName: String, references: SpecReferences? = nil,
    check: (@Sendable (ResolvedDevice) -> DriverFindings)? = nil
  ) {
    self.references = references
    self.form = form
    self.node = node
    self.protocolName = protocolName
    self.check = check
  }

  /// Takes the files as they are now.
  package mutating func read(_ files: [SpecFile]) -> SpecSnapshot {
    var snapshot = SpecSnapshot()
    var new: [String: [SpecDocument]] = [:]
    var keepers: [String] = []
    for file in files {
      let path = file.path
      switch file.content {
      case .failure(let problem):
        snapshot.problems.append(problem)
        keepers.append(path)
      case .success(let bytes):
        var (found, problems) = SpecText.documents(bytes, file: path)
        if !problems.isEmpty { keepers.append(path) }
        if form == .profile {
          let parts = found.map { DeviceProfile($0, node: node ?? "") }
          found = parts.flatMap(\.documents)
          problems += parts.flatMap(\.problems)
        }
        snapshot.problems += problems
        new[path] = found
      }
    }
    let known = Set(new.values.joined().compactMap(\.identity))
    for path in keepers {
      let kept = (documents[path] ?? []).filter { $0.identity.map { !known.contains($0) } ?? false }
      new[path, default: []] += kept
    }
    documents = new
    gather(files.flatMap { new[$0.path] ?? [] }, into: &snapshot)
    return snapshot
  }

  private func gather(_ documents: [SpecDocument], into snapshot: inout SpecSnapshot) {
    var places: [SpecDocument.Identity: SpecDocument] = [:]
    var devices: [(SpecDocument, DeviceName)] = []
    for document in documents {
      guard let kind = document.object["kind"]?.string, document.object["apiVersion"]?.string != nil else {
        snapshot.problems.append(document.problem("expected an object with apiVersion, kind and metadata"))
        continue
      }
      guard SpecDocument.Kind(rawValue: kind) != nil else {
        snapshot.warnings.append(
          document.problem(
            "\(kind) is passed over: a mapper needs Device and DeviceModel, and Secret and ConfigMap that they refer to", at: "kind"))
        continue
      }
      guard let identity = document.identity else {
        snapshot.problems.append(document.problem("a name is required", at: "metadata.name"))
        continue
      }
      if let first = places[identity] {
        let place = first.problem("").description.trimmingSuffix(": ")
        snapshot.problems.append(
          document.problem("\(identity.kind.rawValue) \(identity.name) is described at \(place) already", at: "metadata.name"))
        continue
      }
      places[identity] = document
      switch identity.kind {
      case .device: devices.append((document, identity.name))
      case .model: addModel(document, identity.name, to: &snapshot)
      case .secret, .configMap:
        if let object = ReferencedObject(document.object) { snapshot.referenced[object] = document.object }
      }
    }
    for (document, name) in devices { addDevice(document, name, to: &snapshot) }
    // What is wrong with a model each of its devices has found.
    var told: Set<SpecProblem> = []
    snapshot.problems.removeAll { !told.insert($0).inserted }
  }

  private func addModel(_ document: SpecDocument, _ name: DeviceName, to snapshot: inout SpecSnapshot) {
    let check = SpecCheck(document)
    snapshot.warnings += check.warnings
    if check.errors.isEmpty {
      do {
        snapshot.models[name] = try DeviceModel(decoding: document.object)
        snapshot.modelDocuments[name] = document
        return
      } catch {
        snapshot.problems.append(document.problem(error.problem, at: error.path))
      }
    } else {
      snapshot.problems += check.errors
    }
    snapshot.brokenModels[name] = snapshot.problems.last?.description
  }

  private func addDevice(_ document: SpecDocument, _ name: DeviceName, to snapshot: inout SpecSnapshot) {
    let owner = SpecOwner(document.object)
    // Another mapper tells what is wrong with its devices.
    if let node, let other = owner.node, other != node {
      snapshot.otherNodes.insert(other)
      return
    }
    if let other = owner.protocolName, other != protocolName { return }
    let model = owner.model.flatMap { snapshot.models[DeviceName(namespace: name.namespace, name: $0)] }
    if owner.protocolName == nil, let other = model?.spec.protocolName, other != protocolName { return }
    snapshot.documents[name] = document
    let check = SpecCheck(document, model: model, isProfile: form == .profile)
    snapshot.warnings += check.warnings
    var errors = check.errors
    if errors.isEmpty {
      do {
        let device = try Device(decoding: document.object)
        snapshot.devices[name] = device
        guard let model, let check = self.check else { return }
        var resolved = ResolvedDevice(device: device, model: model)
        let finder = DriverCheck(document: document, model: snapshot.modelDocuments[DeviceName(model.metadata)])
        if let references, resolved.hasReferences {
          let resolution = references.resolution(of: resolved, snapshot.referenced)
          snapshot.unresolvedDevices[name] = resolution.problems.isEmpty ? nil : resolution.problems.map { finder.problem($0) }
          // What lacks something now is checked when it is all there.
          guard resolution.problems.isEmpty else { return }
          resolved = resolution.device
        }
        let findings = check(resolved)
        snapshot.problems += findings.faults.map { finder.problem($0) }
        errors = findings.failures.map { finder.problem($0) }
        guard !errors.isEmpty else { return }
        snapshot.devices[name] = nil
      } catch {
        errors = [document.problem(error.problem, at: error.path)]
      }
    }
    snapshot.deviceProblems[name] = errors
    snapshot.brokenDevices[name] = errors.map(\.description).joined(separator: "; ")
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
