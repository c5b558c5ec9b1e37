internal import JSON
internal import MapperSDK
internal import YAML

/// A mapper's configuration file: the keys of KubeEdge's mapper-framework, and this framework's own.
package struct MapperConfigFile: Sendable {
  /// A value with its place, for instance `config.yaml:3:14`.
  struct Setting: Sendable {
    let text: String
    let place: String
  }

  /// Keys of mapper-framework that mean nothing over MQTT; they are accepted, so that its files can be used as they are.
  private static let unused = [
    "grpc_server.socket_path", "common.version", "common.api_version", "common.address", "common.edgecore_sock",
  ]

  /// Other spellings of keys.
  private static let aliases: [String: MapperOption] = ["topicShape": .topicShape, "common.topicShape": .topicShape]

  private(set) var settings: [MapperOption: Setting] = [:]
  /// `common.protocol`: the protocol the file was written for.
  private(set) var protocolName: Setting?

  /// Reads a file's text.
  ///
  /// - Throws: ``MapperOptionError`` with the file, line and column of what is wrong.
  package init(_ text: [UInt8], file: String) throws(MapperOptionError) {
    let documents: [YAMLDocument]
    do {
      documents = try YAMLDocument.parseAll(text, file: file)
    } catch {
      throw MapperOptionError(place: "\(error.file):\(error.line):\(error.column)", problem: error.problem)
    }
    guard let document = documents.first else { return }
    guard documents.count == 1 else { throw MapperOptionError(place: file, problem: "has \(documents.count) documents, expected one") }
    func place(_ path: String) -> String {
      let position = document.positions.position(of: path)
      return "\(file):\(position.line):\(position.column)"
    }
    guard case .object(let root) = document.value else { throw MapperOptionError(place: place(""), problem: "expected a mapping") }
    let options = Dictionary(
      MapperOption.allCases.compactMap { option in option.key.map { ($0, option) } } + Self.aliases.map { ($0.key, $0.value) }
    ) { first, _ in first }
    let known = Array(options.keys) + Self.unused + ["common.protocol"]
    let sections = Set(known.compactMap { $0.split(separator: ".").count > 1 ? String($0.split(separator: ".")[0]) : nil })
    for (key, value) in root {
      guard sections.contains(key) else {
        try take(value, key, place, options, known)
        continue
      }
      guard case .object(let members) = value else {
        if value.isNull { continue }
        throw MapperOptionError(place: place(key), problem: "\(key): expected a mapping")
      }
      for (member, value) in members { try take(value, "\(key).\(member)", place, options, known) }
    }
  }

  private mutating func take(
    _ value: JSONValue, _ key: String, _ place: (String) -> String, _ options: [String: MapperOption], _ known: [String]
  ) throws(MapperOptionError) {
    guard known.contains(key) else {
      let hint = Suggestion.nearest(to: key, among: known.sorted()).map { ", did you mean \($0)?" } ?? ""
      throw MapperOptionError(place: place(key), problem: "there is no option \(key)\(hint)")
    }
    let text: String
    switch value {
    case .null: return
    case .string(let string): text = string
    case .number(let number): text = number.text
    case .bool(let bool): text = "\(bool)"
    case .array, .object: throw MapperOptionError(place: place(key), problem: "\(key): expected a single value")
    }
    let setting = Setting(text: text, place: place(key))
    if let option = options[key] { settings[option] = setting }
    if key == "common.protocol" { protocolName = setting }
  }
}
