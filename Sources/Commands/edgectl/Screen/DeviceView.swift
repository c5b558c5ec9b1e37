import JSON

/// What of a Device (v1beta1) is on the screen.
struct DeviceView: Equatable {
  struct Property: Equatable {
    var name: String
    var desired: String?
    /// Why the desired value isn't the device's, as the condition `Synced` says it in one word: `pending`, `rejected`, …
    var unsynced: String?
    var reported: String?
    /// When the device gave the value.
    var time: WallTime?
    var quality: String?
    var reason: String?
  }

  var namespace: String
  var name: String
  var node: String
  /// `online`, `offline`, `unknown`, or empty.
  var state: String
  /// What keeps the device from working, in its own words.
  var problem: String?
  var properties: [Property]

  init(_ object: JSONValue) {
    namespace = object.at("metadata", "namespace")?.string ?? ""
    name = object.at("metadata", "name")?.string ?? ""
    node = object.at("spec", "nodeName")?.string ?? ""
    state = object.at("status", "state")?.string ?? ""
    let conditions = object.at("status", "conditions")?.array ?? []
    problem = conditions.first { ["ModelFound", "Ready"].contains($0["type"]?.string) && $0["status"]?.string == "False" }
      .map { ($0["message"]?.string).flatMap { $0.isEmpty ? nil : $0 } ?? $0["reason"]?.string ?? "" }

    let unsynced = conditions.first { $0["type"]?.string == "Synced" && $0["status"]?.string == "False" }?["reason"]?.string

    let specified = object.at("spec", "properties")?.array ?? []
    let twins = object.at("status", "twins")?.array ?? []
    // By name: what is listed first would change with each wish that is added.
    let names = Set(specified.compactMap { $0["name"]?.string } + twins.compactMap { $0["propertyName"]?.string }).sorted()
    properties = names.map { name in
      let twin = twins.first { $0["propertyName"]?.string == name }
      let wanted = twin?["desired"] ?? specified.first { $0["name"]?.string == name }?["desired"]
      return Property(name: name, twin: twin, desired: wanted?["value"]?.string, unsynced: unsynced?.lowercased())
    }
  }
}

extension DeviceView.Property {
  init(name: String, twin: JSONValue?, desired: String?, unsynced: String?) {
    self.name = name
    self.desired = desired.flatMap { $0.isEmpty ? nil : $0 }
    let reported = twin?["reported"]
    // The condition is the whole device's: it is about the properties that differ.
    if let desired = self.desired, twin?.at("observedDesired", "value")?.string != desired, reported?["value"]?.string != desired {
      self.unsynced = unsynced
    }
    self.reported = reported?["value"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    let metadata = reported?["metadata"]
    if let milliseconds = metadata?["timestamp"].flatMap({ $0.integer ?? $0.string.flatMap(Int64.init) }), milliseconds > 0 {
      time = WallTime(milliseconds: milliseconds)
    }
    quality = metadata?["quality"]?.string ?? (self.reported == nil ? nil : "good")
    reason = metadata?["reason"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }
}
