internal import DeviceAPI
internal import JSON

/// The `deviceProfile.json` of KubeEdge up to 1.14, taken apart into the v1alpha2 objects it was made from.
///
/// Source of its shape: KubeEdge 1.9.2 `cloud/pkg/devicecontroller/types/deviceprofile.go`, and what
/// `cloud/pkg/devicecontroller/controller/downstream.go` puts into it.
struct DeviceProfile {
  /// The DeviceModels and Devices.
  private(set) var documents: [SpecDocument] = []
  /// What can't be taken for one.
  private(set) var problems: [SpecProblem] = []

  private let profile: SpecDocument
  private let node: String
  private var protocols: [String: Int] = [:]

  /// Takes a profile apart.
  ///
  /// - Parameter node: The node the profile was made for; it names none itself.
  init(_ profile: SpecDocument, node: String) {
    self.profile = profile
    self.node = node
    guard profile.object.object != nil else {
      problems = [profile.problem("expected an object with deviceInstances, deviceModels and protocols")]
      return
    }
    for (index, entry) in elements("protocols") {
      if let name = entry["name"]?.string, protocols[name] == nil { protocols[name] = index }
    }
    for (index, entry) in elements("deviceModels") { addModel(entry, "deviceModels[\(index)]") }
    for (index, entry) in elements("deviceInstances") { addDevice(entry, "deviceInstances[\(index)]") }
  }

  private mutating func elements(_ key: String) -> [(Int, JSONValue)] {
    switch profile.object[key] {
    case nil, .null?: return []
    case .array(let elements)?: return Array(elements.enumerated())
    case let other?:
      problems.append(profile.problem("expected a list, found \(other.kind)", at: key))
      return []
    }
  }

  // MARK: Models

  private mutating func addModel(_ entry: JSONValue, _ path: String) {
    guard let name = entry["name"]?.string, !name.isEmpty else {
      problems.append(profile.problem("a name is required", at: "\(path).name"))
      return
    }
    var renamings: [SpecDocument.Renaming] = [.init(path: "", original: path), .init(path: "metadata.name", original: "\(path).name")]
    var properties: [JSONValue] = []
    for (index, source) in (entry["properties"]?.array ?? []).enumerated() {
      let from = "spec.properties[\(index)]"
      let to = "\(path).properties[\(index)]"
      renamings += [.init(path: from, original: to), .init(path: "\(from).type", original: "\(to).dataType")]
      var property: JSONValue = [:]
      property["name"] = source["name"]
      property["description"] = source["description"]
      if let type = source["dataType"]?.string {
        property["type"] = [type: Self.type(source)]
        renamings.append(.init(path: "\(from).type.\(type)", original: to))
      }
      properties.append(property)
    }
    documents.append(
      profile.making(
        [
          "apiVersion": .string(APIVersion.v1alpha2.groupVersion), "kind": .string(ResourceKind.deviceModel.rawValue),
          "metadata": ["name": .string(name), "namespace": "default"], "spec": ["properties": .array(properties)],
        ], from: renamings))
  }

  /// The type's own part of a property, which the profile writes flat.
  ///
  /// The cloud part of KubeEdge writes Go's zero for what the model doesn't say: such a limit limits nothing.
  private static func type(_ source: JSONValue) -> JSONValue {
    var type: JSONValue = [:]
    if source["accessMode"]?.string != "" { type["accessMode"] = source["accessMode"] }
    if source["unit"]?.string != "" { type["unit"] = source["unit"] }
    let (minimum, maximum) = (source["minimum"]?.number?.double ?? 0, source["maximum"]?.number?.double ?? 0)
    if minimum != 0 || maximum > 0 { type["minimum"] = source["minimum"] }
    if maximum != 0 || minimum < 0 { type["maximum"] = source["maximum"] }
    // A minimum of 0 above the maximum wasn't set.
    if minimum == 0, maximum < 0 { type["minimum"] = nil }
    switch source["defaultValue"] {
    case .string(""), .bool(false): break
    case .number(let number) where number.double == 0: break
    case let value: type["defaultValue"] = value
    }
    return type
  }

  // MARK: Devices

  private mutating func addDevice(_ entry: JSONValue, _ path: String) {
    // Topics have the id; KubeEdge writes the Device's name as both.
    let key = entry["id"]?.string?.isEmpty == false ? "id" : "name"
    guard let name = entry[key]?.string, !name.isEmpty else {
      problems.append(profile.problem("a name is required", at: "\(path).name"))
      return
    }
    var renamings: [SpecDocument.Renaming] = [
      .init(path: "", original: path), .init(path: "metadata.name", original: "\(path).\(key)"),
      .init(path: "spec.deviceModelRef", original: "\(path).model"), .init(path: "spec.deviceModelRef.name", original: "\(path).model"),
      .init(path: "spec.data", original: "\(path).data"), .init(path: "status.twins", original: "\(path).twins"),
      .init(path: "spec.protocol", original: "\(path).protocol"),
    ]
    let expression: JSONValue = ["key": "", "operator": "In", "values": [.string(node)]]
    var spec: JSONValue = ["nodeSelector": ["nodeSelectorTerms": [["matchExpressions": [expression]]]]]
    if let model = entry["model"], model.string != "" { spec["deviceModelRef"] = ["name": model] }
    spec["protocol"] = protocolSpec(entry, path, &renamings)
    spec["data"] = entry["data"].flatMap { $0.isNull ? nil : $0 }
    if let visitors = entry["propertyVisitors"], !visitors.isNull { spec["propertyVisitors"] = visitorSpecs(visitors, path, &renamings) }
    var object: JSONValue = [
      "apiVersion": .string(APIVersion.v1alpha2.groupVersion), "kind": .string(ResourceKind.device.rawValue),
      "metadata": ["name": .string(name), "namespace": "default"], "spec": spec,
    ]
    if let twins = entry["twins"]?.array {
      object["status"] = [
        "twins": .array(
          twins.map { twin in
            // What was reported when the profile was written is long past.
            var twin = twin
            if twin.object != nil { twin["reported"] = nil }
            return twin
          })
      ]
    }
    documents.append(profile.making(object, from: renamings))
  }

  private mutating func protocolSpec(_ entry: JSONValue, _ path: String, _ renamings: inout [SpecDocument.Renaming]) -> JSONValue? {
    guard let name = entry["protocol"]?.string, let index = protocols[name] else {
      let found = entry["protocol"]?.string.map { "\"\($0)\"" } ?? "none"
      problems.append(
        profile.problem("\(found) is not the name of one of protocols, so no mapper takes the device", at: "\(path).protocol"))
      return nil
    }
    let source = profile.object["protocols"]?[index] ?? [:]
    var result: JSONValue = [:]
    if let name = source["protocol"]?.string, !name.isEmpty {
      let config = source["protocolConfig"].flatMap { $0.isNull ? nil : $0 } ?? [:]
      let (key, value, root) = Self.member(name, config)
      result[key] = value
      renamings.append(.init(path: "spec.protocol.\(root)", original: "protocols[\(index)].protocolConfig"))
    }
    if let common = source["protocolCommonConfig"], !common.isNull {
      result["common"] = common
      renamings.append(.init(path: "spec.protocol.common", original: "protocols[\(index)].protocolCommonConfig"))
    }
    return result
  }

  private func visitorSpecs(_ visitors: JSONValue, _ path: String, _ renamings: inout [SpecDocument.Renaming]) -> JSONValue {
    guard let visitors = visitors.array else { return visitors }
    return .array(
      visitors.enumerated().map { index, source in
        let from = "spec.propertyVisitors[\(index)]"
        let to = "\(path).propertyVisitors[\(index)]"
        renamings.append(.init(path: from, original: to))
        var visitor: JSONValue = [:]
        for key in ["propertyName", "collectCycle", "reportCycle", "customizedValues"] {
          visitor[key] = source[key].flatMap { $0.isNull ? nil : $0 }
        }
        if visitor["propertyName"] == nil { visitor["propertyName"] = source["name"] }
        // Go's zeros: cycles of 0 are none, and an offset of 0 is left out.
        for key in ["collectCycle", "reportCycle"] where visitor[key]?.integer == 0 { visitor[key] = nil }
        if var config = source["visitorConfig"], !config.isNull, let name = source["protocol"]?.string, !name.isEmpty {
          if name == "modbus", config.object != nil, config["offset"] == nil { config["offset"] = 0 }
          let (key, value, root) = Self.member(name, config)
          visitor[key] = value
          renamings.append(.init(path: "\(from).\(root)", original: "\(to).visitorConfig"))
        }
        return visitor
      })
  }

  /// The member of v1alpha2's protocol or visitor that a configuration of the profile is: its name, its value, and the path
  /// of the configuration.
  private static func member(_ name: String, _ config: JSONValue) -> (key: String, value: JSONValue, root: String) {
    switch name {
    case "modbus", "opcua", "bluetooth": (name, config, name)
    case "customized-protocol": ("customizedProtocol", config, "customizedProtocol")
    // Not from KubeEdge, which knows no others; profiles written by hand name the protocol so.
    default: ("customizedProtocol", ["protocolName": .string(name), "configData": config], "customizedProtocol.configData")
    }
  }
}
