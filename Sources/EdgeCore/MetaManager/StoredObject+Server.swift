import JSON

extension StoredObject {
  /// What the server adds to the object besides what has a column of its own, as JSON; `nil` when there is nothing.
  var serverFields: String? {
    guard !managed.isEmpty || deletion != nil else { return nil }
    var fields: JSONValue = [:]
    if !managed.isEmpty { fields["managedFields"] = managed.json }
    if let deletion {
      fields["deletion"] = ["time": JSONValue(deletion.time), "gracePeriodSeconds": JSONValue(deletion.gracePeriodSeconds)]
    }
    return fields.text
  }

  /// Takes what ``serverFields`` says; what can't be read is taken for absent, as it only tells who set what.
  mutating func readServerFields(_ text: String?) {
    guard let text, let fields = try? JSONValue(parsing: text, maximumDepth: 512) else { return }
    managed = fields["managedFields"].flatMap { ManagedFields($0) } ?? ManagedFields()
    guard let time = fields.at("deletion", "time")?.integer else { return }
    deletion = Deletion(time: time, gracePeriodSeconds: fields.at("deletion", "gracePeriodSeconds")?.integer ?? 0)
  }
}
