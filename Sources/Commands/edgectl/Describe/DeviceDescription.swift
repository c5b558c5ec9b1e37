import JSON

/// What `edgectl describe device` says: the device's state, its conditions, and every property with its model, wish and value.
struct DeviceDescription {
  /// The Device, in v1beta1.
  let device: JSONValue
  /// Its DeviceModel in v1beta1, if there is one.
  let model: JSONValue?
  let now: WallTime

  private var base: ObjectDescription { ObjectDescription(object: device, now: now) }
  private var status: JSONValue? { device["status"] }

  func add(to text: inout DescriptionText) {
    base.addHead(to: &text)
    let created = device.at("metadata", "creationTimestamp")?.string
    text.pair("Created", created.map { "\($0)\(base.age($0).map { " (\($0) ago)" } ?? "")" } ?? "<unknown>")
    if let deleted = device.at("metadata", "deletionTimestamp")?.string {
      let holders = (device.at("metadata", "finalizers")?.array ?? []).compactMap(\.string)
      text.pair("Deleted", "\(deleted), held by \(holders.joined(separator: ", "))", style: .yellow)
    }
    if let generation = device.at("metadata", "generation")?.integer { text.pair("Generation", "\(generation)") }
    text.pair("Node", device.at("spec", "nodeName")?.string ?? "<none>")
    let reference = device.at("spec", "deviceModelRef", "name")?.string ?? "<none>"
    text.pair("Model", model == nil ? "\(reference) (not there)" : reference, style: model == nil ? .red : .plain)
    let protocolName = device.at("spec", "protocol", "protocolName")?.string ?? model?.at("spec", "protocol")?.string
    text.pair("Protocol", protocolName ?? "<none>")
    addState(to: &text)
    if let config = device.at("spec", "protocol", "configData")?.object, !config.isEmpty {
      text.heading("Protocol Config")
      ObjectDescription.add(config, to: &text, indent: 1, isFree: true)
    }
    addConditions(to: &text)
    addProperties(to: &text)
    addMethods(to: &text)
  }

  private func addState(to text: inout DescriptionText) {
    let state = status?["state"]?.string ?? "unknown"
    let style: StyledLine.Style = state == "online" || state == "ok" ? .green : state == "unknown" ? .yellow : .red
    text.pair("State", state, style: style)
    let seen = status?["lastOnlineTime"]?.string
    text.pair("Last Online", seen.map { "\($0)\(base.age($0).map { " (\($0) ago)" } ?? "")" } ?? "<never>")
  }

  private func addConditions(to text: inout DescriptionText) {
    let rows = (status?["conditions"]?.array ?? []).map { condition -> [(text: String, style: StyledLine.Style)] in
      let value = condition["status"]?.string ?? ""
      let style: StyledLine.Style = value == "True" ? .green : value == "False" ? .red : .yellow
      return [
        (condition["type"]?.string ?? "", .plain), (value, style), (condition["reason"]?.string ?? "", .plain),
        (base.age(condition["lastTransitionTime"]?.string) ?? "", .plain), (condition["message"]?.string ?? "", .plain),
      ]
    }
    text.table("Conditions", ["Type", "Status", "Reason", "Age", "Message"], rows)
  }

  private func addProperties(to text: inout DescriptionText) {
    let view = DeviceView(device)
    let known = model?.at("spec", "properties")?.array ?? []
    let own = device.at("spec", "properties")?.array ?? []
    var properties = view.properties
    // What only the model has isn't polled by every mapper, but is there to be read.
    let missing = known.compactMap { $0["name"]?.string }.filter { name in !properties.contains { $0.name == name } }
    properties += missing.map { DeviceView.Property(name: $0) }
    let rows = properties.map { property -> [(text: String, style: StyledLine.Style)] in
      let model = known.first { $0["name"]?.string == property.name }
      let twin = status?["twins"]?.array?.first { $0["propertyName"]?.string == property.name }
      let type = model?["type"]?.string ?? twin?.at("reported", "metadata", "type")?.string?.uppercased() ?? ""
      let unit = model?["unit"]?.string.flatMap { $0.isEmpty ? nil : " \($0)" } ?? ""
      let access = model?["accessMode"]?.string.map { $0 == "ReadWrite" ? "RW" : "RO" } ?? ""
      let desired = property.unsynced.map { "\(property.desired ?? "") (\($0))" } ?? property.desired ?? ""
      let quality = property.quality ?? ""
      let style: StyledLine.Style = quality == "good" ? .green : quality == "uncertain" ? .yellow : .red
      let cycle = own.first { $0["name"]?.string == property.name }?["collectCycle"]?.integer.map { "\($0)ms" } ?? ""
      let age = property.time.map { ageText(seconds: (now.milliseconds - $0.milliseconds) / 1000) } ?? ""
      return [
        (property.name, .plain), (desired, property.unsynced == nil ? .plain : .yellow), (property.reported ?? "", .plain),
        (type + unit, .plain), (access, .plain), (quality, style), (age, .plain), (cycle, .plain), (property.reason ?? "", .plain),
      ]
    }
    text.table(
      "Properties", ["Property", "Desired", "Reported", "Type", "Access", "Quality", "Age", "Cycle", "Reason"], rows,
      keeping: ["Desired", "Reported", "Quality", "Age"])
  }

  private func addMethods(to text: inout DescriptionText) {
    let methods = device.at("spec", "methods")?.array ?? []
    guard !methods.isEmpty else { return }
    text.table(
      "Methods", ["Method", "Properties", "Description"],
      methods.map { method in
        [
          (method["name"]?.string ?? "", .plain),
          ((method["propertyNames"]?.array ?? []).compactMap(\.string).joined(separator: ", "), .plain),
          (method["description"]?.string ?? "", .plain),
        ]
      })
  }
}

extension DeviceView.Property {
  /// A property of which nothing but its name is known.
  init(name: String) { self.init(name: name, twin: nil, desired: nil, unsynced: nil) }
}
