package import MapperSDK

/// The devices that want to be on a bus, and which of them can be.
///
/// A bus has the settings of one device, its leader, and every device that doesn't conflict with those. They stay while
/// anybody on the bus wants them; then the device leads that has waited longest.
///
/// A value: devices come and go, who is refused comes out.
package struct BusClaims<Config: Sendable>: Sendable {
  private struct Claim: Sendable {
    let device: DeviceName
    var config: Config
  }

  private let bus: BusID
  private let conflicts: @Sendable (_ config: Config, _ other: Config) -> [SchemaIssue]
  /// In the order in which they came.
  private var claims: [Claim] = []
  /// The device whose settings the bus has; there is one while there are claims.
  package private(set) var leader: DeviceName?

  /// Nobody is on the bus.
  ///
  /// - Parameter conflicts: What keeps the first from sharing a bus with the second.
  package init(_ bus: BusID, conflicts: @escaping @Sendable (_ config: Config, _ other: Config) -> [SchemaIssue]) {
    self.bus = bus
    self.conflicts = conflicts
  }

  /// Whether nobody wants the bus.
  package var isEmpty: Bool { claims.isEmpty }

  /// The devices, those that came first first.
  package var devices: [DeviceName] { claims.map(\.device) }

  /// The configuration that the bus is connected by.
  package var settings: Config? { leader.flatMap { claim($0)?.config } }

  /// A device wants to be on the bus, behind all others.
  package mutating func add(_ device: DeviceName, _ config: Config) {
    remove(device)
    claims.append(Claim(device: device, config: config))
    if leader == nil { leader = device }
  }

  /// A device on the bus has another configuration.
  ///
  /// - Returns: Whether it keeps its place; else it wants other settings, and is to come anew.
  package mutating func change(_ device: DeviceName, _ config: Config) -> Bool {
    guard let place = claims.firstIndex(where: { $0.device == device }), conflicts(config, claims[place].config).isEmpty else {
      return false
    }
    claims[place].config = config
    return true
  }

  /// A device is no longer on the bus, nor wants to be.
  package mutating func remove(_ device: DeviceName) {
    guard let place = claims.firstIndex(where: { $0.device == device }) else { return }
    let old = claims.remove(at: place)
    guard leader == device else { return }
    leader = (claims.first { conflicts($0.config, old.config).isEmpty } ?? claims.first)?.device
  }

  /// What keeps a device off the bus; nothing when it can be on it.
  package func refusal(of device: DeviceName) -> [BusConflict] { refusals.first { $0.device == device }?.conflicts ?? [] }

  /// What keeps each device off the bus, in the order of ``devices``.
  package var refusals: [(device: DeviceName, conflicts: [BusConflict])] {
    guard let leader, let settings else { return [] }
    return claims.map { claim in
      let issues = claim.device == leader ? [] : conflicts(claim.config, settings)
      return (claim.device, issues.map { BusConflict($0, with: leader, on: bus) })
    }
  }

  private func claim(_ device: DeviceName) -> Claim? { claims.first { $0.device == device } }
}
