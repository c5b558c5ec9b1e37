/// What a YAML text may cost whoever reads it.
public struct YAMLLimits: Sendable, Hashable {
  /// The length of the text, in bytes.
  public var maximumBytes: Int
  /// How deep sequences and mappings may nest, aliases followed.
  public var maximumDepth: Int
  /// How many keys and values all documents may have together, each alias counted with all it stands for.
  public var maximumNodes: Int

  /// Limits from their values.
  public init(maximumBytes: Int = 4 << 20, maximumDepth: Int = 64, maximumNodes: Int = 100_000) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
    self.maximumNodes = maximumNodes
  }

  /// 4 MiB, 64 levels, 100,000 keys and values.
  public static let `default` = YAMLLimits()

  /// How many bytes of scalars all documents may have together, aliases followed.
  var maximumScalarBytes: Int { maximumBytes * 4 }
}
