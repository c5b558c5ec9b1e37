/// Reading members that KubeEdge's own samples write in several ways: `5502` or `"5502"`, `TCP` or `tcp`.
extension KeyedDecodingContainer {
  /// The member as an integer, also when it is an integer's text; `nil` when it is absent.
  func lenientInteger(_ key: Key) throws -> Int? {
    guard let text = text(key) else { return try decodeIfPresent(Int.self, forKey: key) }
    if let value = Int(text) { return value }
    guard let value = Double(text).flatMap(Int.init(exactly:)) else { throw mismatch(key, "expected an integer, found \"\(text)\"") }
    return value
  }

  /// The member as a number, also when it is a number's text; `nil` when it is absent.
  func lenientNumber(_ key: Key) throws -> Double? {
    guard let text = text(key) else { return try decodeIfPresent(Double.self, forKey: key) }
    guard let value = Double(text), value.isFinite else { throw mismatch(key, "expected a number, found \"\(text)\"") }
    return value
  }

  /// The member as a truth value, also when it is one's text; `nil` when it is absent.
  func lenientBool(_ key: Key) throws -> Bool? {
    switch text(key) {
    case "true"?: return true
    case "false"?: return false
    case let text?: throw mismatch(key, "expected true or false, found \"\(text)\"")
    case nil: return try decodeIfPresent(Bool.self, forKey: key)
    }
  }

  /// The member as one of a type's words, in any case; `nil` when it is absent.
  func lenientWord<T: RawRepresentable<String> & CaseIterable>(_ type: T.Type, _ key: Key) throws -> T? {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
    if let word = T.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) { return word }
    let words = T.allCases.map(\.rawValue).joined(separator: ", ")
    throw mismatch(key, "expected one of \(words), found \"\(text)\"")
  }

  func mismatch(_ key: Key, _ problem: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: codingPath + [key], debugDescription: problem))
  }

  private func text(_ key: Key) -> String? { try? decodeIfPresent(String.self, forKey: key) }
}
