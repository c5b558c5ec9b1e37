import FoundationEssentials

/// Makes inputs that nobody would send from inputs that somebody would: a fuzzer that needs no build of its own, the same each time.
public struct Mutator {
  private let corpus: [[UInt8]]
  private var random: SplitMix

  /// Inputs like those of a folder of the repository's `fuzz/corpus`.
  ///
  /// - Throws: ``TestSupportError`` when there are none.
  public init(corpus name: String, seed: UInt64 = 1) throws {
    let folder = "\(Executables.repositoryRoot)/fuzz/corpus/\(name)"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    corpus = try names.map { [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
    guard !corpus.isEmpty else { throw TestSupportError("there are no inputs in \(folder)") }
    random = SplitMix(seed: seed)
  }

  /// The inputs as they are.
  public var originals: [[UInt8]] { corpus }

  /// The next input.
  public mutating func next() -> [UInt8] {
    var input = pick(corpus)
    for _ in 0..<Int.random(in: 1...6, using: &random) { change(&input) }
    return input
  }

  private mutating func pick(_ inputs: [[UInt8]]) -> [UInt8] { inputs[Int.random(in: 0..<inputs.count, using: &random)] }

  private mutating func range(in input: [UInt8]) -> Range<Int> {
    let start = Int.random(in: 0...input.count, using: &random)
    return start..<min(input.count, start + Int.random(in: 0...16, using: &random))
  }

  private mutating func change(_ input: inout [UInt8]) {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: input.replaceSubrange(range(in: input), with: [])
    case 1:
      guard !input.isEmpty else { return }
      input[Int.random(in: 0..<input.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2:
      let piece = Array(input[range(in: input)])
      input.insert(
        contentsOf: Array(repeating: piece, count: Int.random(in: 1...4, using: &random)).joined(), at: range(in: input).lowerBound)
    case 3:
      let other = pick(corpus)
      input.replaceSubrange(range(in: input), with: other[range(in: other)])
    case 4:
      let words = [
        "null", "-1", "99999999999999999999", "1e999", "\"\"", "{}", "[]", "%00", "%FF", "/", "~1", "..", "\u{FEFF}", "\0", ",", "=", "(",
        "&",
        "kind", "metadata", "name", "spec", "status", "managedFields", "true",
      ]
      input.insert(contentsOf: words[Int.random(in: 0..<words.count, using: &random)].utf8, at: range(in: input).lowerBound)
    default:
      let bytes = (0..<Int.random(in: 1...8, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      input.replaceSubrange(range(in: input), with: bytes)
    }
  }
}
