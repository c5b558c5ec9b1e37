import ModbusDriver

/// A unit that answered.
struct FoundUnit: Sendable, Hashable {
  var unit: UInt8
  /// What it answered, for people.
  var answer: String
  var identity: ModbusIdentity?

  /// Who made it and what it is, as far as it says.
  var facts: [(name: String, value: String)] {
    guard let identity else { return [] }
    let facts = [
      ("manufacturer", identity.vendor), ("product-code", identity.productCode), ("revision", identity.revision),
      ("url", identity.vendorURL), ("product", identity.product), ("model", identity.model), ("application", identity.application),
    ]
    return facts.compactMap { name, value in value.map { (name, Self.printable($0)) } }
  }

  /// What a device says is shown on terminals and written into files.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(128).map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
