import DeviceAPI
import JSON
import Testing

@Suite("KubeEdge's fields")
struct KubeEdgeFieldTests {
  /// The fields of KubeEdge's CRDs, 1.9.2 and 1.23, as `Vectors/kubeedge-fields.json` lists them: path, type, format, values.
  ///
  /// 1.23's v1alpha2 of DeviceStatus isn't among them: it was generated from a type that is no whole object, has neither
  /// metadata nor status, and is stored nowhere.
  private static func releases() throws -> [JSONValue] {
    let json = try JSONValue(parsing: readFile("/\(packageRoot)/Tests/DeviceAPITests/Vectors/kubeedge-fields.json"))
    return try #require(json.array)
  }

  private func schema(_ release: JSONValue) throws -> Schema {
    let kind = try #require(ResourceKind(rawValue: release["kind"]?.string ?? ""))
    let version = try #require(APIVersion(rawValue: release["version"]?.string ?? ""))
    return try #require(Schema.of(kind, version))
  }

  @Test("All of them are there, with type, format, values and what is required")
  func all() throws {
    let releases = try Self.releases()
    #expect(releases.count == 7)
    for release in releases {
      let whole = try schema(release)
      for field in release["fields"]?.array ?? [] {
        let path = field["path"]?.string ?? ""
        let place = Comment(
          rawValue: "\(release["release"]?.text ?? "") \(release["kind"]?.text ?? "") \(release["version"]?.text ?? "") \(path)")
        guard let schema = whole.at(path) else {
          Issue.record("missing: \(place)")
          continue
        }
        let openAPI = schema.openAPI
        #expect(openAPI["type"] == field["type"], place)
        #expect(openAPI["format"] == field["format"], place)
        #expect(Set(schema.allowed) == Set(field["enum"]?.array ?? []), place)
        #expect(!schema.description.isEmpty, place)
        if field["isFree"] == true { #expect(schema.preservesUnknown, place) }
        if field["isAtomic"] == true { #expect(schema.mapType == .atomic, place) }
        for name in field["required"]?.array ?? [] {
          #expect(schema.fields.contains { $0.name == name.string && $0.isRequired }, place)
        }
      }
    }
  }

  @Test("What there is beyond them is known")
  func beyond() throws {
    var theirs: [String: Set<String>] = [:]
    for release in try Self.releases() {
      let key = "\(release["kind"]?.string ?? "") \(release["version"]?.string ?? "")"
      theirs[key, default: []].formUnion((release["fields"]?.array ?? []).compactMap { $0["path"]?.string })
    }
    var ours: [String] = []
    for kind in ResourceKind.allCases {
      for version in kind.versions {
        let key = "\(kind.rawValue) \(version.rawValue)"
        for path in Schema.of(kind, version)?.paths("") ?? [] where !path.hasPrefix("metadata.") && !(theirs[key]?.contains(path) ?? false)
        {
          ours.append("\(key) \(path)")
        }
      }
    }
    let status = ["conditions", "extensions", "lastOnlineTime", "observedGeneration", "state", "twins[].observedDesired"]
    let twins = ["twins"]
    for path in ours {
      let isKnown = (status + twins).contains { path.contains("status.\($0)") }
      #expect(isKnown, "\(path)")
    }
    #expect(!ours.isEmpty)
  }
}

extension Schema {
  /// The schema at a path such as `spec.properties[].desired.metadata.*`.
  func at(_ path: String) -> Schema? {
    var schema = self
    for part in path.split(separator: ".") {
      var name = part
      var lists = 0
      while name.hasSuffix("[]") {
        name = name.dropLast(2)
        lists += 1
      }
      guard let member = name == "*" ? schema.element : schema.member(String(name)) else { return nil }
      schema = member
      for _ in 0..<lists {
        guard let element = schema.element else { return nil }
        schema = element
      }
    }
    return schema
  }

  /// The paths of everything inside.
  func paths(_ path: String) -> [String] {
    var paths = path.isEmpty ? [] : [path]
    for field in fields { paths += field.schema.paths(path.isEmpty ? field.name : "\(path).\(field.name)") }
    switch form {
    case .array(let element): paths += element.paths(path + "[]")
    case .map(let element): paths += element.paths(path + ".*")
    default: break
    }
    return paths
  }
}
