/// Unit ids as they are given on the command line: `1-10,17`.
struct UnitList: Hashable {
  /// The ids, each once, in order.
  let units: [UInt8]

  /// `nil` when the text is no list of ids and ranges from 0 to 255.
  init?(_ text: String) {
    var units: Set<UInt8> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt8(String($0)) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else { return nil }
      units.formUnion(first...last)
    }
    self.units = units.sorted()
  }
}
