import JSON

/// What `edgectl describe devicemodel` says: the properties as a table, and the devices that have the model.
struct ModelDescription {
  /// The DeviceModel, in v1beta1.
  let model: JSONValue
  /// The names of the devices of this model.
  let devices: [String]
  let now: WallTime

  func add(to text: inout DescriptionText) {
    let base = ObjectDescription(object: model, now: now)
    base.addHead(to: &text)
    let created = model.at("metadata", "creationTimestamp")?.string
    text.pair("Created", created.map { "\($0)\(base.age($0).map { " (\($0) ago)" } ?? "")" } ?? "<unknown>")
    text.pair("Protocol", model.at("spec", "protocol")?.string ?? "<none>")
    text.pairs("Devices", devices)
    let rows = (model.at("spec", "properties")?.array ?? []).map { property in
      ["name", "type", "unit", "accessMode", "minimum", "maximum", "description"].map { member in
        (text: property[member].map { $0.string ?? $0.text } ?? "", style: StyledLine.Style.plain)
      }
    }
    text.table("Properties", ["Property", "Type", "Unit", "Access", "Minimum", "Maximum", "Description"], rows)
  }
}
