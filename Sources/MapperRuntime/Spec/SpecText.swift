internal import JSON
internal import YAML

/// Reads the documents of a file, one broken document costing only itself.
enum SpecText {
  /// The file's documents, and what of it can't be read.
  static func documents(_ bytes: [UInt8], file: String) -> (documents: [SpecDocument], problems: [SpecProblem]) {
    // A file that is right as a whole needs no care.
    let failure: YAMLError
    do {
      return (try parse(bytes[...], file: file, lineOffset: 0), [])
    } catch {
      failure = error
    }
    do {
      let object = try JSONValue(parsing: bytes)
      // What JSON may say and YAML may not: tabs between tokens, which are none of a string's, and some escapes.
      let untabbed = bytes.map { $0 == 0x09 ? 0x20 : $0 }
      if let documents = try? parse(untabbed[...], file: file, lineOffset: 0) { return (documents, []) }
      return (SpecDocument(object, file: file, positions: nil).items, [])
    } catch {
      if file.hasSuffix(".json") {
        return ([], [SpecProblem(file: file, line: error.line, column: error.column, problem: error.problem)])
      }
    }
    let pieces = pieces(of: bytes)
    guard pieces.count > 1 else { return ([], [SpecProblem(failure, lineOffset: 0)]) }
    var documents: [SpecDocument] = []
    var problems: [SpecProblem] = []
    for piece in pieces {
      do {
        documents += try parse(piece.text, file: file, lineOffset: piece.lineOffset)
      } catch {
        problems.append(SpecProblem(error, lineOffset: piece.lineOffset))
      }
    }
    // Something between the documents, then.
    if problems.isEmpty { problems.append(SpecProblem(failure, lineOffset: 0)) }
    return (documents, problems)
  }

  private static let limits = YAMLLimits(maximumBytes: SpecFiles.maximumBytes, maximumNodes: 1_000_000)

  private static func parse(_ text: ArraySlice<UInt8>, file: String, lineOffset: Int) throws(YAMLError) -> [SpecDocument] {
    try YAMLDocument.parseAll(text, file: file, limits: limits).flatMap {
      SpecDocument($0.value, file: file, positions: $0.positions, lineOffset: lineOffset).items
    }
  }

  /// The text cut before each line that begins with `---`, which nothing else in YAML may begin with.
  private static func pieces(of bytes: [UInt8]) -> [(text: ArraySlice<UInt8>, lineOffset: Int)] {
    let marker = Array("---".utf8)
    var pieces: [(text: ArraySlice<UInt8>, lineOffset: Int)] = []
    var start = bytes.startIndex
    var startLine = 0
    var line = 0
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let end = bytes[index...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.endIndex
      let text = bytes[index..<end]
      let isMarker = text.starts(with: marker) && (text.count == 3 || [0x0A, 0x0D, 0x20, 0x09].contains(text[index + 3]))
      if isMarker, index > start {
        pieces.append((bytes[start..<index], startLine))
        start = index
        startLine = line
      }
      index = end
      line += 1
    }
    pieces.append((bytes[start...], startLine))
    return pieces
  }
}

extension SpecProblem {
  init(_ error: YAMLError, lineOffset: Int) {
    self.init(file: error.file, line: error.line + lineOffset, column: error.column, problem: error.problem)
  }
}
