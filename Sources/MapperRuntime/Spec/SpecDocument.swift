package import JSON
package import MapperSDK
package import YAML

/// An object that a file describes, with the places of its fields.
package struct SpecDocument: Sendable {
  /// A kind that a mapper reads.
  package enum Kind: String, Sendable {
    case device = "Device"
    case model = "DeviceModel"
    case secret = "Secret"
    case configMap = "ConfigMap"
  }

  /// What the object is.
  package struct Identity: Sendable, Hashable {
    /// Its kind.
    package let kind: Kind
    /// Its name.
    package let name: DeviceName
  }

  /// A part of ``object`` that stands elsewhere, and is called otherwise, in the file.
  package struct Renaming: Sendable, Hashable {
    /// The path in the object.
    let path: String
    /// The path in the file.
    let original: String
  }

  /// The object.
  package let object: JSONValue
  /// The file.
  package let file: String
  private let positions: YAMLPositions?
  /// Lines of the file before the text that ``positions`` count in.
  private let lineOffset: Int
  /// Where in the document the object stands; empty when it is the document.
  private let prefix: String
  /// Parts that are called otherwise in the file, the longest paths first.
  private let renamings: [Renaming]

  package init(_ object: JSONValue, file: String, positions: YAMLPositions?, lineOffset: Int = 0) {
    self.init(object, file: file, positions: positions, lineOffset: lineOffset, prefix: "", renamings: [])
  }

  private init(
    _ object: JSONValue, file: String, positions: YAMLPositions?, lineOffset: Int, prefix: String, renamings: [Renaming]
  ) {
    self.object = object
    self.file = file
    self.positions = positions
    self.lineOffset = lineOffset
    self.prefix = prefix
    self.renamings = renamings.sorted { $0.path.utf8.count > $1.path.utf8.count }
  }

  /// The kind and the name, if the object has them.
  package var identity: Identity? {
    guard let kind = object["kind"]?.string.flatMap({ Kind(rawValue: $0) }), let name = DeviceName(object: object) else {
      return nil
    }
    return Identity(kind: kind, name: name)
  }

  /// The objects of this document: itself, or the items of a `List`.
  var items: [SpecDocument] {
    guard object["kind"]?.string?.hasSuffix("List") == true, let items = object["items"]?.array else { return [self] }
    return items.enumerated().map { index, item in
      SpecDocument(item, file: file, positions: positions, lineOffset: lineOffset, prefix: "items[\(index)]", renamings: [])
    }
  }

  /// Another object made from parts of this document.
  func making(_ object: JSONValue, from renamings: [Renaming]) -> SpecDocument {
    SpecDocument(object, file: file, positions: positions, lineOffset: lineOffset, prefix: "", renamings: renamings)
  }

  /// Whether the file says anything at a path of the object.
  func contains(_ path: String) -> Bool { positions?.contains(place(of: path)) ?? false }

  /// A problem with the object as a whole.
  package func problem(_ text: String) -> SpecProblem { located(text, place(of: "")) }

  /// A problem with a field of the object.
  package func problem(_ text: String, at path: String) -> SpecProblem {
    let name = renamed(path) ?? path
    return located(name.isEmpty ? text : "\(name): \(text)", place(of: path))
  }

  private func located(_ text: String, _ place: String) -> SpecProblem {
    guard let position = positions?.position(of: place) else { return SpecProblem(file: file, problem: text) }
    return SpecProblem(file: file, line: position.line + lineOffset, column: position.column, problem: text)
  }

  /// The path in the document of a path in the object.
  private func place(of path: String) -> String {
    if let renamed = renamed(path) { return renamed }
    if prefix.isEmpty { return path }
    return path.isEmpty ? prefix : "\(prefix).\(path)"
  }

  private func renamed(_ path: String) -> String? {
    for renaming in renamings {
      guard path.hasPrefix(renaming.path) else { continue }
      let rest = path.dropFirst(renaming.path.count)
      if rest.isEmpty || rest.first == "[" || (rest.first == "." && !renaming.path.isEmpty) { return renaming.original + rest }
      if renaming.path.isEmpty { return "\(renaming.original).\(rest)" }
    }
    return nil
  }
}
