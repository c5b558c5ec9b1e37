import DeviceAPI
import JSON

/// What `edgectl explain` says of a kind or of one of its fields.
struct Explanation {
  let kind: ResourceKind
  let version: APIVersion
  /// The names of the fields from the object down.
  let path: [String]
  let schema: Schema

  /// Finds the field.
  ///
  /// - Parameter driver: What a driver says of the configurations, which the API itself leaves open.
  /// - Throws: ``CommandError`` naming what there is instead.
  init(
    _ kind: ResourceKind, _ version: APIVersion, path: [String], driver: DriverSchemaDocument? = nil
  ) throws(CommandError) {
    guard var schema = Schema.of(kind, version) else { throw CommandError("there is no \(kind.rawValue) in \(version.groupVersion)") }
    var seen = kind.rawValue
    for name in path {
      let inner = schema.content
      guard let field = inner.fields.first(where: { $0.name == name }) else {
        if case .map(let value) = inner.form {
          schema = value
        } else {
          let hint = inner.validate(.object([name: .object([:])])).first { $0.kind == .unknownField }?.detail ?? ""
          let suggestion = hint.firstIndex(of: "(").map { " \(hint[$0...])" } ?? ""
          let isFree = if case .object(_, true) = inner.form { true } else { false }
          throw CommandError(
            isFree
              ? "\(seen) holds what the driver reads: name its --protocol to ask the server, or its schema with --driver-schema FILE"
              : "field \"\(name)\" does not exist in \(seen)\(suggestion)")
        }
        seen += ".\(name)"
        continue
      }
      schema = field.schema
      if let driver, ["configData", "protocolConfigData"].contains(name) {
        let configuration = path.contains("visitors") || path.contains("propertyVisitors") ? driver.visitor : driver.protocolConfig
        schema.form = configuration.form
        schema.description += " What follows is what the driver of \(driver.protocolName) reads."
      }
      seen += ".\(name)"
    }
    self.kind = kind
    self.version = version
    self.path = path
    self.schema = schema
  }

  /// The lines.
  ///
  /// - Parameters:
  ///   - isRecursive: Whether all fields below are named, without what they mean.
  ///   - width: The longest line.
  func lines(isRecursive: Bool, width: Int = 80) -> [StyledLine] {
    var lines = [
      line("GROUP:", "      \(APIVersion.group)"), line("KIND:", "       \(kind.rawValue)"), line("VERSION:", "    \(version.rawValue)"),
      StyledLine(),
    ]
    if let last = path.last { lines += [line("FIELD:", " \(last) <\(schema.typeText)>"), StyledLine()] }
    let facts = facts(of: schema, indent: "")
    if !facts.isEmpty { lines += facts + [StyledLine()] }
    lines.append(StyledLine("DESCRIPTION:", .bold))
    lines += Self.wrapped(schema.description.isEmpty ? "<empty>" : schema.description, indent: "    ", width: width)
    let fields = schema.content.fields
    guard !fields.isEmpty else { return lines + [StyledLine()] }
    lines += [StyledLine(), StyledLine("FIELDS:", .bold)]
    for field in fields {
      if isRecursive { lines += tree(field, indent: "  ") } else { lines += detail(field, width: width) }
    }
    return lines
  }

  private func line(_ label: String, _ value: String) -> StyledLine {
    var line = StyledLine(label, .bold)
    line.append(value)
    return line
  }

  private func head(_ field: Schema.Field, indent: String) -> StyledLine {
    var line = StyledLine(indent)
    line.append(field.name, .bold)
    line.append("\t<\(field.schema.typeText)>")
    if field.isRequired { line.append(" -required-", .yellow) }
    return line
  }

  private func detail(_ field: Schema.Field, width: Int) -> [StyledLine] {
    var lines = [head(field, indent: "  ")]
    lines += facts(of: field.schema, indent: "  ")
    lines += Self.wrapped(field.schema.description, indent: "    ", width: width)
    return lines + [StyledLine()]
  }

  private func tree(_ field: Schema.Field, indent: String) -> [StyledLine] {
    [head(field, indent: indent)] + facts(of: field.schema, indent: indent)
      + field.schema.content.fields.flatMap { tree($0, indent: indent + "  ") }
  }

  /// What a value may be, beyond its type.
  private func facts(of schema: Schema, indent: String) -> [StyledLine] {
    let schema = schema.content
    var lines: [StyledLine] = []
    if !schema.allowed.isEmpty {
      lines.append(StyledLine("\(indent)enum: \(schema.allowed.map { $0.string ?? $0.text }.joined(separator: ", "))"))
    }
    func add(_ name: String, _ value: String?) { if let value { lines.append(StyledLine("\(indent)\(name): \(value)")) } }
    add("unit", schema.unit)
    add("default", schema.default?.text)
    add("minimum", schema.minimum.map { $0.text + (schema.isMinimumExclusive ? ", not itself" : "") })
    add("maximum", schema.maximum.map { $0.text + (schema.isMaximumExclusive ? ", not itself" : "") })
    add("pattern", schema.pattern)
    add("format", schema.format.flatMap { ["int32", "int64"].contains($0) ? nil : $0 })
    add("length at most", schema.maxLength.map { "\($0)" })
    return lines
  }

  static func wrapped(_ text: String, indent: String, width: Int) -> [StyledLine] {
    guard !text.isEmpty else { return [] }
    var lines: [String] = []
    var current = indent
    for word in text.split(whereSeparator: \.isWhitespace) {
      if current.count > indent.count, current.count + 1 + word.count > width {
        lines.append(current)
        current = indent
      }
      current += (current.count > indent.count ? " " : "") + word
    }
    return (lines + [current]).map { StyledLine($0) }
  }
}

extension Schema {
  /// What a list or map holds, else the schema itself.
  var content: Schema {
    switch form {
    case .array(let element): element.content
    case .map(let value): if case .object = value.form { value.content } else { self }
    default: self
    }
  }

  /// The type as kubectl writes it: `[]Object`, `map[string]string`.
  var typeText: String {
    switch form {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .intOrString: "IntOrString"
    case .structure: "Object or list"
    case .any: "any"
    case .object: "Object"
    case .array(let element): "[]\(element.typeText)"
    case .map(let value): "map[string]\(value.typeText)"
    }
  }
}
