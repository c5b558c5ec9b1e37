package import MapperSDK

/// What can be done about a bus without time, and where that helps most: a sentence that follows another, or nothing while
/// nothing was measured.
package struct PollPlanAdvice: Sendable, CustomStringConvertible {
  /// The sentence.
  package let description: String

  /// - Parameter needs: The share of the bus' time that each device's plan asks for.
  package init(_ needs: [(device: DeviceName, need: Double)]) {
    let total = needs.reduce(0) { $0 + $1.need }
    guard total > 0 else {
      description = ""
      return
    }
    let largest = needs.sorted { ($1.need, $0.device) < ($0.need, $1.device) }.prefix(3)
      .map { "\($0.device) \(Int(($0.need / total * 100).rounded())) %" }.joined(separator: ", ")
    description = ". A longer collectCycle, or a faster line, mends that; most of the time asked for is that of \(largest)"
  }
}
