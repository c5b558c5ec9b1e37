internal import Synchronization

/// What a mapper needs around it to be ready, and whether it has that; parts tell, `/readyz` asks.
package final class MapperHealth: Sendable {
  /// Something a mapper needs.
  package struct Check: Sendable, Hashable {
    /// The name, as `/readyz?verbose` shows it.
    package let name: String

    /// A check.
    package init(_ name: String) { self.name = name }

    /// The connection to the broker.
    package static let broker = Check("broker")
    /// The Devices and DeviceModels were seen once.
    package static let specs = Check("specs")
  }

  private let checks: Mutex<[(check: Check, isOK: Bool)]>

  /// Nothing is there yet.
  package init(_ checks: [Check] = [.broker, .specs]) { self.checks = Mutex(checks.map { ($0, false) }) }

  /// Something is there, or gone; a check that wasn't known is one from now on.
  package func set(_ check: Check, _ isOK: Bool) {
    checks.withLock { checks in
      if let index = checks.firstIndex(where: { $0.check == check }) {
        checks[index].isOK = isOK
      } else {
        checks.append((check, isOK))
      }
    }
  }

  /// What there is, in a steady order.
  package var state: [(name: String, isOK: Bool)] { checks.withLock { $0.map { ($0.check.name, $0.isOK) } } }

  /// Whether everything is there.
  package var isReady: Bool { state.allSatisfy(\.isOK) }
}
