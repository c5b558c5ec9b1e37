public import JSON

/// Checks what Kubernetes demands of any object's metadata.
public enum ObjectMetaValidator {
  /// How much text all annotations may have together, in bytes.
  public static let maximumAnnotationBytes = 256 << 10

  /// Everything that is wrong with the `metadata` of an object.
  public static func validate(_ object: JSONValue) -> [FieldError] {
    let metadata = object["metadata"]
    var errors: [FieldError] = []
    if let name = metadata?["name"]?.nonEmptyString {
      if let problem = DNSName.problem(subdomain: name) { errors.append(.invalid("metadata.name", name, problem)) }
    } else if metadata?["generateName"]?.nonEmptyString == nil {
      errors.append(FieldError(path: "metadata.name", kind: .required, detail: "a name is required"))
    }
    if let prefix = metadata?["generateName"]?.nonEmptyString, let problem = DNSName.problem(subdomain: prefix + "x") {
      errors.append(.invalid("metadata.generateName", prefix, problem))
    }
    errors += finalizers(metadata?["finalizers"]?.array ?? [])
    for (index, owner) in (metadata?["ownerReferences"]?.array ?? []).enumerated() {
      errors += self.owner(owner, at: "metadata.ownerReferences[\(index)]")
    }
    let controllers = (metadata?["ownerReferences"]?.array ?? []).filter { $0["controller"]?.bool == true }
    if controllers.count > 1 {
      errors.append(
        FieldError(path: "metadata.ownerReferences", kind: .invalid, detail: "only one reference can have controller set to true"))
    }
    if let namespace = metadata?["namespace"]?.nonEmptyString, let problem = DNSName.problem(label: namespace) {
      errors.append(.invalid("metadata.namespace", namespace, problem))
    }
    for (key, value) in metadata?["labels"]?.object ?? [:] {
      let path = "metadata.labels[\(key)]"
      if let problem = DNSName.problem(key: key) { errors.append(.invalid(path, key, problem)) }
      if let value = value.nonEmptyString, let problem = DNSName.problem(qualified: value, "a label's value") {
        errors.append(.invalid(path, value, problem))
      }
    }
    var bytes = 0
    for (key, value) in metadata?["annotations"]?.object ?? [:] {
      if let problem = DNSName.problem(key: key.lowercased()) { errors.append(.invalid("metadata.annotations[\(key)]", key, problem)) }
      bytes += key.utf8.count + (value.string?.utf8.count ?? 0)
    }
    if bytes > maximumAnnotationBytes {
      errors.append(
        FieldError(
          path: "metadata.annotations", kind: .tooLong,
          detail: "\(bytes) bytes altogether, more than the \(maximumAnnotationBytes) allowed"))
    }
    return errors
  }

  private static func finalizers(_ finalizers: [JSONValue]) -> [FieldError] {
    var errors: [FieldError] = []
    for name in finalizers.compactMap(\.string) {
      guard let problem = name.isEmpty ? "a finalizer's name is empty" : DNSName.problem(key: name) else { continue }
      errors.append(.invalid("metadata.finalizers", name, problem))
    }
    if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
      errors.append(
        FieldError(
          path: "metadata.finalizers", kind: .invalid, detail: "the finalizers orphan and foregroundDeletion cannot be both set"))
    }
    return errors
  }

  private static func owner(_ owner: JSONValue, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    for field in ["apiVersion", "kind", "name", "uid"] where owner[field] == "" {
      errors.append(.invalid("\(path).\(field)", "", "must not be empty"))
    }
    if let version = owner["apiVersion"]?.nonEmptyString, version.split(separator: "/", omittingEmptySubsequences: false).count > 2 {
      errors.append(.invalid("\(path).apiVersion", version, "must be a group and a version, or a version"))
    }
    if owner["apiVersion"] == "v1", owner["kind"] == "Event" {
      errors.append(.invalid(path, "Event", "an Event can't own anything"))
    }
    return errors
  }
}

extension FieldError {
  static func invalid(_ path: String, _ value: String, _ problem: String) -> FieldError {
    FieldError(path: path, kind: .invalid, value: JSONValue.string(value).shortText, detail: problem)
  }
}
