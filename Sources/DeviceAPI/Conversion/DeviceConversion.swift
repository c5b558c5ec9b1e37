import JSON

/// Device, one version from the other, as far as both can say it.
enum DeviceConversion {
  static func toV1Beta1(_ object: JSONValue) -> [(String, JSONValue?)] {
    let source = object["spec"]?.object
    let unit = CycleUnit(of: object)
    var spec: JSONObject = [:]
    spec["deviceModelRef"] = source?["deviceModelRef"]
    spec["protocol"] = source?["protocol"]?.object.map { ProtocolConversion.toV1Beta1($0) }
    spec["nodeName"] = source?["nodeSelector"]?["nodeSelectorTerms"]?[0]?["matchExpressions"]?[0]?["values"]?[0]
      .flatMap { $0.string == nil ? nil : $0 }

    var properties = source?["propertyVisitors"]?.array?.compactMap { propertyToV1Beta1($0, unit) } ?? []
    for twin in object.at("status", "twins")?.array ?? [] {
      guard let name = twin["propertyName"]?.string, let desired = twin["desired"] else { continue }
      if let index = properties.firstIndex(where: { $0["name"]?.string == name }) {
        if properties[index]["desired"] == nil { properties[index]["desired"] = desired }
      } else {
        properties.append(["name": .string(name), "desired": desired])
      }
    }
    if !properties.isEmpty || source?["propertyVisitors"]?.array != nil { spec["properties"] = .array(properties) }
    return [("spec", source == nil ? spec.nonEmpty : .object(spec)), ("status", object["status"])]
  }

  static func toV1Alpha2(_ object: JSONValue) -> [(String, JSONValue?)] {
    let source = object["spec"]?.object
    let unit = CycleUnit(of: object)
    var spec: JSONObject = [:]
    spec["deviceModelRef"] = source?["deviceModelRef"]
    spec["protocol"] = source?["protocol"]?.object.map { ProtocolConversion.toV1Alpha2($0) }
    if let node = source?["nodeName"]?.nonEmptyString {
      let expression: JSONValue = ["key": "", "operator": "In", "values": [.string(node)]]
      spec["nodeSelector"] = ["nodeSelectorTerms": [["matchExpressions": [expression]]]]
    }
    let properties = source?["properties"]?.array ?? []
    let visitors = properties.filter(\.isListingProperty).compactMap { visitorToV1Alpha2($0, unit) }
    if !visitors.isEmpty { spec["propertyVisitors"] = .array(visitors) }
    return [("spec", source == nil ? nil : .object(spec)), ("status", statusToV1Alpha2(object["status"], properties))]
  }

  // MARK: Properties

  private static func propertyToV1Beta1(_ visitor: JSONValue, _ unit: CycleUnit) -> JSONValue? {
    guard let members = visitor.object, let name = members["propertyName"]?.string else { return nil }
    var property: JSONObject = ["name": .string(name)]
    for key in ["collectCycle", "reportCycle"] {
      property[key] = members[key]?.integer.map { .init(unit.milliseconds($0)) }
    }
    // An entry without anything would no longer count as one that chooses the property.
    property["visitors"] = ProtocolConversion.visitorsToV1Beta1(members) ?? (property.count == 1 ? [:] : nil)
    return .object(property)
  }

  private static func visitorToV1Alpha2(_ property: JSONValue, _ unit: CycleUnit) -> JSONValue? {
    guard let members = property.object, let name = members["name"]?.string else { return nil }
    var visitor = members["visitors"]?.object.map { ProtocolConversion.visitorsToV1Alpha2($0) } ?? [:]
    visitor["propertyName"] = .string(name)
    for key in ["collectCycle", "reportCycle"] {
      visitor[key] = members[key]?.integer.map { .init(unit.cycle(milliseconds: $0)) }
    }
    return .object(visitor)
  }

  // MARK: Status

  /// The status with the desired values of the spec, which is where v1alpha2 has them.
  private static func statusToV1Alpha2(_ status: JSONValue?, _ properties: [JSONValue]) -> JSONValue? {
    guard status == nil || status?.object != nil else { return status }
    let known = Schema.deviceStatusFields.map(\.name)
    let status = status?.object.map { members in JSONValue.object(JSONObject(members.filter { known.contains($0.key) }.map { ($0, $1) })) }
    guard status?["twins"] == nil || status?["twins"]?.array != nil else { return status }
    var desired: [(name: String, value: JSONValue)] = []
    for property in properties {
      guard let name = property["name"]?.string, let value = property["desired"] else { continue }
      if !desired.contains(where: { $0.name == name }) { desired.append((name, value)) }
    }
    var seen: Set<String> = []
    var twins = (status?["twins"]?.array ?? []).map { twin in
      guard twin.object != nil, let name = twin["propertyName"]?.string, seen.insert(name).inserted else { return twin }
      var twin = twin
      twin["desired"] = desired.first { $0.name == name }?.value
      return twin
    }
    for (name, value) in desired where !seen.contains(name) {
      twins.append(["propertyName": .string(name), "desired": value])
    }
    guard !twins.isEmpty else { return status }
    var result = status ?? [:]
    result["twins"] = .array(twins)
    return result
  }
}
