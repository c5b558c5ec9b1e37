import DeviceAPI
import JSON

extension ManagedFields {
  /// Clients that a client may name: each costs a comparison with every write.
  private static let maximumEntries = 100
  /// Bytes of a manager's, a subresource's or a version's name.
  private static let maximumNameBytes = 256

  /// What is wrong with an account of who set what that a client gives.
  static func problems(in json: JSONValue) -> [FieldError] {
    let list = "metadata.managedFields"
    guard let entries = json.array else {
      return [FieldError(path: list, kind: .typeInvalid, detail: "must be an array, not \(json.kind)")]
    }
    guard entries.count <= maximumEntries else {
      return [FieldError(path: list, kind: .invalid, detail: "\(entries.count) entries, more than the \(maximumEntries) allowed")]
    }
    var errors: [FieldError] = []
    for (index, entry) in entries.enumerated() {
      func wrong(_ field: String, _ kind: FieldError.Kind, _ detail: String) {
        errors.append(
          FieldError(
            path: "\(list)[\(index)].\(field)", kind: kind, value: (entry[field]?.text).map { String($0.prefix(64)) }, detail: detail))
      }
      for field in ["manager", "apiVersion", "subresource"] where (entry[field]?.string ?? "").utf8.count > maximumNameBytes {
        wrong(field, .tooLong, "must have at most \(maximumNameBytes) bytes")
      }
      if entry["operation"]?.string.flatMap(Operation.init(rawValue:)) == nil {
        wrong("operation", .invalid, "must be `Apply` or `Update`")
      }
      if let type = entry["fieldsType"], type != "FieldsV1" { wrong("fieldsType", .invalid, "must be `FieldsV1`") }
      let parts = (entry["apiVersion"]?.string ?? "").split(separator: "/", omittingEmptySubsequences: false)
      if !(1...2).contains(parts.count) || parts.contains("") {
        wrong("apiVersion", .invalid, "must be a version, or a group and a version")
      }
      if let time = entry["time"], !time.isNull, time.string.flatMap({ Timestamp.milliseconds(rfc3339: $0) }) == nil {
        wrong("time", .invalid, "must be a time like 2006-01-02T15:04:05Z")
      }
    }
    return errors
  }
}
