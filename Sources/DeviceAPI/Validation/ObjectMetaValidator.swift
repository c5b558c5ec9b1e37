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
    } else if let prefix = metadata?["generateName"]?.nonEmptyString {
      if let problem = DNSName.problem(subdomain: prefix + "x") { errors.append(.invalid("metadata.generateName", prefix, problem)) }
    } else {
      errors.append(FieldError(path: "metadata.name", kind: .required, detail: "a name is required"))
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
}

extension FieldError {
  static func invalid(_ path: String, _ value: String, _ problem: String) -> FieldError {
    FieldError(path: path, kind: .invalid, value: JSONValue.string(value).shortText, detail: problem)
  }
}
