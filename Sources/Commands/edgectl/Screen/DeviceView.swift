import JSON

/// What of a Device (v1beta1) is on the screen.
struct DeviceView: Equatable {
  struct Property: Equatable {
    var name: String
    var desired: String?
    /// Whether the desired value hasn't arrived at the device yet.
    var isPending = false
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

    let specified = object.at("spec", "properties")?.array ?? []
    let twins = object.at("status", "twins")?.array ?? []
    var names: [String] = []
    for name in specified.compactMap({ $0["name"]?.string }) + twins.compactMap({ $0["propertyName"]?.string })
    where !names.contains(name) {
      names.append(name)
    }
    properties = names.map { name in
      let twin = twins.first { $0["propertyName"]?.string == name }
      let wanted = twin?["desired"] ?? specified.first { $0["name"]?.string == name }?["desired"]
      return Property(name: name, twin: twin, desired: wanted?["value"]?.string)
    }
  }
}

extension DeviceView.Property {
  fileprivate init(name: String, twin: JSONValue?, desired: String?) {
    self.name = name
    self.desired = desired.flatMap { $0.isEmpty ? nil : $0 }
    if let desired = self.desired, let observed = twin?.at("observedDesired", "value")?.string, observed != desired { isPending = true }
    let reported = twin?["reported"]
    self.reported = reported?["value"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    let metadata = reported?["metadata"]
    if let milliseconds = metadata?["timestamp"].flatMap({ $0.integer ?? $0.string.flatMap(Int64.init) }), milliseconds > 0 {
      time = WallTime(milliseconds: milliseconds)
    }
    quality = metadata?["quality"]?.string ?? (self.reported == nil ? nil : "good")
    reason = metadata?["reason"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }
}
