import DeviceAPI
import JSON

/// What a kube-apiserver (1.20 and later) refuses in a CustomResourceDefinition of `apiextensions.k8s.io/v1`.
///
/// Written from Kubernetes' documentation of structural schemas, defaulting and merge strategies.
enum CRDRules {
  static func problems(_ object: JSONValue) -> [String] {
    var problems: [String] = []
    let spec = object["spec"]
    let names = spec?["names"]
    let plural = names?["plural"]?.string ?? ""
    if object.at("metadata", "name")?.string != "\(plural).\(spec?["group"]?.string ?? "")" {
      problems.append("the name is not plural.group")
    }
    let words = [plural, names?["singular"]?.string ?? ""] + (names?["shortNames"]?.array ?? []).compactMap(\.string)
    if Set(words).count != words.count || words.contains(where: { $0.isEmpty || $0 != $0.lowercased() }) {
      problems.append("the names are wrong")
    }
    if names?["kind"] == names?["listKind"] { problems.append("kind and listKind are the same") }
    let versions = spec?["versions"]?.array ?? []
    if versions.count(where: { $0["storage"] == true }) != 1 { problems.append("not exactly one version is stored") }
    if Set(versions.map { $0["name"] }).count != versions.count { problems.append("a version is there twice") }
    for version in versions {
      var columns: Set<String> = []
      for column in version["additionalPrinterColumns"]?.array ?? [] {
        if !columns.insert(column["name"]?.string ?? "").inserted { problems.append("a column is there twice") }
        if !["integer", "number", "string", "boolean", "date"].contains(column["type"]?.string ?? "") {
          problems.append("a column's type is wrong")
        }
        if column["jsonPath"]?.string?.hasPrefix(".") != true { problems.append("a column's path doesn't start with a dot") }
      }
      let schema = version.at("schema", "openAPIV3Schema") ?? .null
      if schema["type"] == nil {
        problems.append("a type is needed")
      } else if schema["type"] != "object" {
        problems.append("the root is no object")
      }
      if schema["nullable"] == true { problems.append("the root is nullable") }
      check(schema, at: "", isRoot: true, &problems)
    }
    return problems
  }

  private static let forbidden = [
    "$ref", "definitions", "dependencies", "deprecated", "discriminator", "id", "patternProperties", "readOnly", "writeOnly", "xml",
    "$schema",
    "additionalItems", "const", "x-kubernetes-validations",
  ]

  private static func check(_ schema: JSONValue, at path: String, isRoot: Bool = false, _ problems: inout [String]) {
    func add(_ problem: String) { problems.append(path.isEmpty ? problem : "\(path): \(problem)") }
    for key in forbidden where schema[key] != nil { add("\(key) is forbidden") }
    if schema["uniqueItems"] == true { add("uniqueItems is forbidden") }
    let type = schema["type"]?.string
    let isFree = schema["x-kubernetes-preserve-unknown-fields"] == true
    let isIntOrString = schema["x-kubernetes-int-or-string"] == true
    if type == nil, !isRoot, !isFree, !isIntOrString { add("a type is needed") }
    if isIntOrString, type != nil { add("x-kubernetes-int-or-string takes no type") }
    if let mark = schema["x-kubernetes-preserve-unknown-fields"], mark != true {
      add("x-kubernetes-preserve-unknown-fields can only be true")
    }
    if isFree, type != nil, type != "object" { add("only an object can preserve unknown fields") }
    if schema["properties"] != nil, schema["additionalProperties"] != nil { add("properties and additionalProperties exclude each other") }
    if schema["additionalProperties"] == false { add("additionalProperties can't be false") }
    if (schema["properties"] != nil || schema["additionalProperties"] != nil), type != "object" { add("only an object has members") }
    if type == "array", schema["items"]?.object == nil { add("an array needs items") }
    if type != "array", schema["items"] != nil { add("only an array has items") }
    if let values = schema["enum"]?.array, Set(values).count != values.count || values.isEmpty {
      add("the enum is empty or repeats a value")
    }
    for key in ["oneOf", "anyOf", "allOf", "not"] {
      for part in schema[key]?.array ?? schema[key].map({ [$0] }) ?? [] {
        let wrong = ["description", "type", "default", "additionalProperties", "nullable"].filter { part[$0] != nil }
        for name in wrong + (part.object?.keys.filter { $0.hasPrefix("x-kubernetes") } ?? []) { add("\(name) is forbidden in \(key)") }
      }
    }
    checkList(schema, add)
    if let mapType = schema["x-kubernetes-map-type"], type != "object" || mapType != "atomic" && mapType != "granular" {
      add("the map type is wrong")
    }
    if let value = schema["default"], let parsed = try? Schema(openAPI: schema) {
      let (pruned, _) = parsed.prune(value)
      if pruned != value || !parsed.validate(value).isEmpty { add("the default isn't valid") }
    }
    for (name, member) in schema["properties"]?.object ?? [:] {
      let place = path.isEmpty ? name : "\(path).\(name)"
      if isRoot, name == "metadata" {
        let restricted = Set(member["properties"]?.object?.keys ?? [])
        if member["type"] != "object" || !restricted.isSubset(of: ["name", "generateName"]) {
          problems.append("metadata: only name and generateName may be restricted")
        }
      } else if isRoot, name == "apiVersion" || name == "kind", member["type"] != "string" {
        problems.append("\(name): has to be a string")
      } else {
        check(member, at: place, &problems)
      }
    }
    if let values = schema["additionalProperties"], values.object != nil { check(values, at: "\(path).*", &problems) }
    if let items = schema["items"], items.object != nil { check(items, at: "\(path)[]", &problems) }
  }

  private static func checkList(_ schema: JSONValue, _ add: (String) -> Void) {
    guard let listType = schema["x-kubernetes-list-type"]?.string else {
      if schema["x-kubernetes-list-map-keys"] != nil { add("keys without a list of type map") }
      return
    }
    let items = schema["items"]
    if schema["type"] != "array" { add("only an array has a list type") }
    if items?["nullable"] == true { add("the items of a list with a type can't be nullable") }
    switch listType {
    case "atomic": break
    case "set":
      if items?["type"] == "object", items?["x-kubernetes-map-type"] != "atomic" { add("the items of a set have to be atomic") }
      if items?["type"] == "array", items?["x-kubernetes-list-type"] ?? "atomic" != "atomic" { add("the items of a set have to be atomic") }
    case "map":
      let keys = schema["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
      if keys.isEmpty || Set(keys).count != keys.count { add("the keys of the list are missing or repeated") }
      if items?["type"] != "object" { add("the items of a map have to be objects") }
      for key in keys {
        let property = items?.at("properties", key)
        if property == nil || property?["type"] == "object" || property?["type"] == "array" { add("the key \(key) is no plain value") }
        if property?["default"] == nil, items?["required"]?.array?.contains(.string(key)) != true {
          add("the key \(key) is neither required nor has a default")
        }
      }
    default: add("the list type is unknown")
    }
  }
}
