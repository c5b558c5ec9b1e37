import CYAML

/// libyaml's parser over borrowed bytes, one event at a time.
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeBufferPointer<UInt8>
  private let file: String

  init(text: UnsafeBufferPointer<UInt8>, file: String) throws(YAMLError) {
    parser = .allocate(capacity: 1)
    self.text = text
    self.file = file
    guard yaml_parser_initialize(parser) == 1 else {
      throw YAMLError(file: file, line: 1, column: 1, problem: "out of memory")
    }
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  mutating func next() throws(YAMLError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(content: Self.content(event), position: Self.position(event.start_mark))
  }

  private static func content(_ event: yaml_event_t) -> YAMLEvent.Content {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return .scalar(
        text: text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, anchor: string(scalar.anchor), tag: string(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      return .sequenceStart(anchor: string(event.data.sequence_start.anchor), tag: string(event.data.sequence_start.tag))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      return .mappingStart(anchor: string(event.data.mapping_start.anchor), tag: string(event.data.mapping_start.tag))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: return .streamEnd
    }
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(decodingCString: $0, as: UTF8.self) }
  }

  private static func position(_ mark: yaml_mark_t) -> YAMLPositions.Position {
    YAMLPositions.Position(line: mark.line + 1, column: mark.column + 1)
  }

  private func failure() -> YAMLError {
    var problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    var position = Self.position(parser.pointee.problem_mark)
    if parser.pointee.error == YAML_READER_ERROR {
      // The reader is ahead of the scanner and tells bytes, not lines.
      position = self.position(ofByte: parser.pointee.problem_offset)
    } else if let context = parser.pointee.context {
      problem = "\(problem) \(String(cString: context))"
      let start = Self.position(parser.pointee.context_mark)
      if start != position, parser.pointee.context_mark.index > 0 || start.line != position.line {
        problem += " that starts at line \(start.line), column \(start.column)"
      }
    }
    if problem.hasPrefix("found character that cannot start any token"), isTab(position) {
      problem = "a tab can't indent or part what YAML says: write spaces"
    }
    return YAMLError(file: file, line: position.line, column: position.column, problem: problem)
  }

  /// Whether a tab stands at a place, or before it with nothing but blanks between.
  private func isTab(_ position: YAMLPositions.Position) -> Bool {
    guard
      let line = text.split(separator: 0x0A, maxSplits: position.line, omittingEmptySubsequences: false).dropFirst(position.line - 1).first
    else { return false }
    return line.prefix { $0 == 0x20 || $0 == 0x09 }.contains(0x09) || line.dropFirst(position.column - 1).first == 0x09
  }

  private func position(ofByte offset: Int) -> YAMLPositions.Position {
    var line = 1
    var column = 1
    for byte in text.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return YAMLPositions.Position(line: line, column: column)
  }
}
