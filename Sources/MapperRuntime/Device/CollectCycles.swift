package import DeviceAPI

/// How often a device's properties are read by themselves.
package struct CollectCycles: Sendable, Hashable {
  /// How often a property is read whose Device says nothing, in milliseconds.
  package static let standard: Int64 = 1000
  /// For a property that isn't read by itself but for the first time and after a connect: a day, in milliseconds.
  package static let never: Int64 = 86_400_000

  /// Each property that is read, with what its Device says.
  private let cycles: [String: Int64?]

  /// Those of a device.
  package init(_ device: ResolvedDevice) {
    let pairs = device.properties.filter(\.reportToCloud).map { ($0.name, $0.collectCycle.flatMap { $0 > 0 ? $0 : nil }) }
    cycles = Dictionary(pairs) { first, _ in first }
  }

  /// How often a property is read, in milliseconds; `nil` when it isn't.
  ///
  /// - Parameter otherwise: How often it is when its Device doesn't say.
  package func cycle(of property: String, otherwise: Int64) -> Int64? {
    cycles[property].map { $0 ?? otherwise }
  }
}
