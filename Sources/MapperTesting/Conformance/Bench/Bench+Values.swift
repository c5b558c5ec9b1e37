internal import MapperSDK

extension Bench {
  /// Whether two texts are the same value; numbers but for the last digits, which lines and scales may cost.
  func same(_ left: String, _ right: String, _ type: ValueType) -> Bool {
    guard let left = try? Value(parsing: left, as: type), let right = try? Value(parsing: right, as: type) else { return left == right }
    guard type == .float || type == .double, let one = left.number, let other = right.number else { return left == right }
    return (one - other).magnitude <= 1e-6 * max(one.magnitude, other.magnitude)
  }

  /// Gives the properties values, each another than its neighbours where they have the same ones.
  ///
  /// - Parameter turn: Another number gives other values.
  /// - Throws: ``NotSimulated``.
  func arrange(_ turn: Int = 0) async throws {
    for (place, property) in properties.enumerated() {
      try await simulator.set(property.values[(place + turn) % 2], of: property.name)
    }
  }

  /// As ``arrange(_:)``, where the device can change by itself.
  func arrangeIfPossible(_ turn: Int = 0) async throws {
    do { try await arrange(turn) } catch is NotSimulated {}
  }

  /// What the device itself has.
  func deviceValues() async throws -> [String: String] {
    var values: [String: String] = [:]
    for property in properties { values[property.name] = try await simulator.value(of: property.name) }
    return values
  }

  func property(_ name: String) throws -> SimulatedProperty {
    guard let property = properties.first(where: { $0.name == name }) else {
      throw failure("a property of the simulator", name)
    }
    return property
  }

  /// A reading has to be the device's value.
  func expect(_ outcome: ReadOutcome, of name: String, is text: String, _ hint: String? = nil) throws {
    let property = try property(name)
    switch outcome {
    case .failure(let error): throw failure("\(name) to be \"\(text)\", as at the device", "it can't be read: \(error.detail)", hint)
    case .value(let value):
      let converted: Value
      do {
        converted = try value.converted(to: property.type)
      } catch {
        throw failure(
          "\(name) to be read as \(property.type)", "\(value), which \(error.reason)", hint ?? "give a Value of the point's type")
      }
      let read = converted.text ?? "\(converted)"
      try demand(same(read, text, property.type), "\(name) to be \"\(text)\", as at the device", "\"\(read)\"", hint)
    }
  }

  /// A reading has to be no value, or the right one.
  func expectNoWrongValue(_ outcome: ReadOutcome, of name: String, is text: String, _ hint: String? = nil) throws {
    if case .value = outcome { try expect(outcome, of: name, is: text, hint) }
  }

  /// Points in an order that is the same each time.
  func shuffled<Element>(_ elements: [Element], _ seed: Int) -> [Element] {
    var generator = SeededGenerator(seed: UInt64(seed))
    return elements.shuffled(using: &generator)
  }
}

/// Random numbers that are the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
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
