import JSON

/// DeviceModel, one version from the other, as far as both can say it.
enum ModelConversion {
  /// The types v1alpha2 has a struct for, in the order in which one is looked for.
  private static let typeNames = ["int", "float", "double", "string", "boolean", "bytes"]

  static func toV1Beta1(_ object: JSONValue) -> [(String, JSONValue?)] {
    guard let source = object["spec"]?.object else { return [] }
    var spec: JSONObject = [:]
    spec["protocol"] = source["protocol"]
    spec["properties"] = source["properties"]?.array.map { .array($0.compactMap(propertyToV1Beta1)) }
    return [("spec", .object(spec))]
  }

  static func toV1Alpha2(_ object: JSONValue) -> [(String, JSONValue?)] {
    guard let source = object["spec"]?.object else { return [] }
    var spec: JSONObject = [:]
    spec["protocol"] = source["protocol"]
    spec["properties"] = source["properties"]?.array.map { .array($0.compactMap(propertyToV1Alpha2)) }
    return [("spec", .object(spec))]
  }

  /// The default values of a v1alpha2 model as text, by property.
  static func defaultValues(v1alpha2 object: JSONValue) -> [String: String] {
    var result: [String: String] = [:]
    for property in object.at("spec", "properties")?.array ?? [] {
      guard let name = property["name"]?.string, let type = typeNames.first(where: { property["type"]?[$0]?.object != nil }),
        let value = property["type"]?[type]?["defaultValue"]
      else { continue }
      switch value {
      case .string(let text): result[name] = text
      case .number(let number): result[name] = text(number, type)
      case .bool(let flag): result[name] = String(flag)
      case .null, .array, .object: break
      }
    }
    return result
  }

  /// A number of v1alpha2 as text: `10.0` and `1e1` are whole numbers to its schema, and 10 to whoever reads an INT.
  static func text(_ number: JSONNumber, _ type: String) -> String {
    type == PropertyType.int.rawValue ? number.int64.map { String($0) } ?? number.text : number.text
  }

  private static func propertyToV1Beta1(_ property: JSONValue) -> JSONValue? {
    guard let source = property.object else { return nil }
    var result: JSONObject = [:]
    result["name"] = source["name"]
    result["description"] = source["description"]
    guard let name = typeNames.first(where: { source["type"]?[$0]?.object != nil }), let type = source["type"]?[name]?.object else {
      return .object(result)
    }
    result["type"] = .string(name.uppercased())
    result["accessMode"] = type["accessMode"]
    result["unit"] = type["unit"]
    for key in ["minimum", "maximum"] {
      result[key] = type[key]?.number.map { .string(text($0, name)) }
    }
    return .object(result)
  }

  private static func propertyToV1Alpha2(_ property: JSONValue) -> JSONValue? {
    guard let source = property.object else { return nil }
    var result: JSONObject = [:]
    result["name"] = source["name"]
    result["description"] = source["description"]
    guard let type = source["type"]?.string.flatMap({ PropertyType(v1beta1Name: $0) }) else { return .object(result) }
    var members: JSONObject = [:]
    members["accessMode"] = source["accessMode"]
    if type.isNumeric {
      members["unit"] = source["unit"]
      for key in ["minimum", "maximum"] {
        guard let number = source[key]?.string.flatMap({ JSONNumber(text: $0) }) else { continue }
        if type == .int, number.int64 == nil { continue }
        members[key] = .number(number)
      }
    }
    // v1alpha2 has no streams; bytes come nearest.
    result["type"] = [(type == .stream ? PropertyType.bytes : type).rawValue: .object(members)]
    return .object(result)
  }
}
