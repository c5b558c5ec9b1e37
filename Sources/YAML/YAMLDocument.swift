public import JSON

/// A document of a YAML stream as the JSON value it stands for.
///
/// Scalars mean what they mean to Kubernetes, which reads YAML 1.1 as go-yaml does: `yes`, `no`, `on`, `off`, `y` and `n`
/// are booleans, `0x1F`, `0o17` and `017` integers, dates strings.
public struct YAMLDocument: Sendable {
  /// The value.
  public let value: JSONValue
  /// Where its parts stand in the text.
  public let positions: YAMLPositions

  /// Reads all documents of a stream; those without content are left out.
  ///
  /// Anchors, aliases and merge keys are followed, as far as the limits allow. Keys that aren't strings become their text.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8 encoded (UTF-16 with a byte order mark is understood as well).
  ///   - file: The name errors give the text.
  ///   - limits: What the text may cost.
  /// - Throws: ``YAMLError``, also for duplicate keys, unknown tags, and infinity and NaN, which JSON can't say.
  public static func parseAll(
    _ bytes: some Collection<UInt8>, file: String, limits: YAMLLimits = .default
  ) throws(YAMLError) -> [YAMLDocument] {
    guard bytes.count <= limits.maximumBytes else {
      throw YAMLError(
        file: file, line: 1, column: 1, problem: "the text has \(bytes.count) bytes, more than the \(limits.maximumBytes) allowed")
    }
    let text = [UInt8](bytes)
    let result = text.withUnsafeBufferPointer { buffer in
      Result { () throws(YAMLError) in
        var composer = try YAMLComposer(text: buffer, file: file, limits: limits)
        return try composer.documents()
      }
    }
    return try result.get()
  }

  /// Reads all documents of a stream; those without content are left out.
  ///
  /// - Throws: ``YAMLError``.
  public static func parseAll(_ text: String, file: String, limits: YAMLLimits = .default) throws(YAMLError) -> [YAMLDocument] {
    try parseAll(Array(text.utf8), file: file, limits: limits)
  }
}
