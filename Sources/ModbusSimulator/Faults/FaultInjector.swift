import Synchronization

/// The faults of a running simulator; they can change at any time.
///
/// Of the rules the first one that a request falls under decides; the rules after it don't count that request.
public final class FaultInjector: Sendable {
  private struct Entry {
    var rule: FaultRule
    var matched = 0
    var fired = 0
  }

  private struct State {
    var entries: [Entry] = []
    var random: SeededGenerator
    var fired = 0
  }

  private let state: Mutex<State>

  /// No faults.
  ///
  /// - Parameter seed: Where the random numbers begin: the same seed and requests give the same faults.
  public init(seed: UInt64 = 1) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

  /// The rules.
  public var rules: [FaultRule] { state.withLock { $0.entries.map(\.rule) } }

  /// How many faults happened.
  public var fired: Int { state.withLock { $0.fired } }

  /// How many faults happened by each rule, in the rules' order.
  public var firedByRule: [Int] { state.withLock { $0.entries.map(\.fired) } }

  /// Replaces the rules; their counts begin anew.
  public func set(_ rules: [FaultRule]) { state.withLock { $0.entries = rules.map { Entry(rule: $0) } } }

  /// Adds a rule behind the others.
  public func add(_ rule: FaultRule) { state.withLock { $0.entries.append(Entry(rule: rule)) } }

  /// Takes all rules away.
  public func clear() { set([]) }

  /// Lets units be dead: they see and answer nothing, until the rules change.
  public func silence(_ units: Set<UInt8>) {
    // A rule for no unit in particular would be one for all.
    guard !units.isEmpty else { return }
    var rule = FaultRule(.ignore)
    rule.units = units
    add(rule)
  }

  /// The fault that a request meets.
  func fault(unit: UInt8, pdu: [UInt8]) -> Fault? {
    state.withLock { state in
      for index in state.entries.indices where state.entries[index].rule.matches(unit: unit, pdu: pdu) {
        let rule = state.entries[index].rule
        let position = state.entries[index].matched - rule.skip
        state.entries[index].matched += 1
        guard position >= 0, position % rule.every == 0 else { continue }
        if let times = rule.times, state.entries[index].fired >= times { continue }
        if rule.probability < 1, Double.random(in: 0..<1, using: &state.random) >= rule.probability { continue }
        state.entries[index].fired += 1
        state.fired += 1
        return rule.fault
      }
      return nil
    }
  }

  func randomBytes(_ count: Int) -> [UInt8] {
    state.withLock { state in (0..<max(0, count)).map { _ in UInt8.random(in: 0...255, using: &state.random) } }
  }
}

/// Random numbers that are the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
