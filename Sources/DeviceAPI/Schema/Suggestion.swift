/// Finds what somebody may have meant.
package enum Suggestion {
  /// ` (did you mean x?)`, or nothing when no candidate is near.
  package static func text(for word: String, among candidates: [String]) -> String {
    nearest(to: word, among: candidates).map { " (did you mean \($0)?)" } ?? ""
  }

  /// The candidate that differs only in case, extends the word or is its start, or takes few edits.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    guard word.utf8.count >= 2, word.utf8.count <= 64 else { return nil }
    let lowered = word.lowercased()
    if let same = candidates.first(where: { $0.lowercased() == lowered }) { return same }
    let measured = candidates.map { ($0, distance(Array(lowered.utf8), Array($0.lowercased().utf8))) }
    if let best = measured.min(by: { $0.1 < $1.1 }), best.1 <= max(1, min(3, word.utf8.count / 3)) { return best.0 }
    return candidates.first { candidate in
      let other = candidate.lowercased()
      return min(other.utf8.count, lowered.utf8.count) >= 3 && (other.hasPrefix(lowered) || lowered.hasPrefix(other))
    }
  }

  /// How many insertions, deletions and replacements make one word of the other (Levenshtein).
  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for (i, a) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in second.enumerated() {
        let above = row[j + 1]
        row[j + 1] = a == b ? diagonal : min(diagonal, above, row[j]) + 1
        diagonal = above
      }
    }
    return row[second.count]
  }
}
