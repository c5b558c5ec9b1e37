import ModbusDriver
import ModbusSimulator
import Testing

@Suite("On a faulty line, a client")
struct FaultTests {
  /// The same numbers each time.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  @Test("never gives a wrong value, says what was wrong, and goes on with the next request", arguments: SimulatedLine.Kind.allCases)
  func faults(kind: SimulatedLine.Kind) async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(kind, slaves.memory)
    try await onBusThread { () throws in
      let client = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 250))
      var numbers = Numbers(state: 0x5EED)
      // Each fault at least six times, in an order of its own.
      let cases = (0..<6).flatMap { _ in FaultCase.all(on: kind).shuffled(using: &numbers) }
      for (number, faultCase) in cases.enumerated() {
        let comment: Comment = "fault \(number) of \(kind): \(faultCase.fault)"
        var rule = FaultRule(faultCase.fault, nth: 1)
        rule.functions = faultCase.functions
        simulated.simulator.faults.set([rule])
        var outcome = Self.exchange(client, slaves, &numbers, comment)
        // Until a request comes that the fault happens to.
        while simulated.simulator.faults.fired == number { outcome = Self.exchange(client, slaves, &numbers, comment) }
        // Without transactions a request of the client's own goes before the next one to a unit that owes an answer: what
        // happens to that one costs the other nothing.
        #expect(faultCase.outcomes.contains(outcome) || (outcome == .right && kind != .tcp), comment)
        simulated.simulator.faults.clear()
        if faultCase.disturbsNext {
          let next = Self.exchange(client, slaves, &numbers, comment)
          #expect([.right, .failed(.invalidAnswer), .failed(.invalidCRC)].contains(next), comment)
        }
        // On a busy machine the simulator itself may be late.
        var recovered = Self.exchange(client, slaves, &numbers, comment)
        for _ in 0..<3 where recovered == .failed(.timeout) { recovered = Self.exchange(client, slaves, &numbers, comment) }
        #expect(recovered == .right, comment)
      }
    }
  }

  /// A random request; what comes back is either right or an error.
  private static func exchange(
    _ client: ModbusClient, _ slaves: CountedSlaves, _ numbers: inout Numbers, _ comment: Comment
  ) -> FaultCase.Outcome {
    let unit = CountedSlaves.units.randomElement(using: &numbers) ?? 1
    let quantity = Int.random(in: 1...20, using: &numbers)
    let address = Int.random(in: 0...380, using: &numbers)
    let written = UInt16.random(in: 0...UInt16.max, using: &numbers)
    let target = UInt16(CountedSlaves.plain.lowerBound + Int.random(in: 0..<80, using: &numbers))
    do throws(ModbusError) {
      switch Int.random(in: 0..<6, using: &numbers) {
      case 0:
        let response = try client.send(.writeSingleRegister(address: target, value: written), to: unit)
        #expect(response == .written, comment)
        #expect(slaves.memory.value(.holdingRegisters, Int(target), unit: unit) == written, comment)
      case 1:
        let values = Array(repeating: written, count: quantity)
        let response = try client.send(.writeMultipleRegisters(address: target, values: values), to: unit)
        #expect(response == .written, comment)
        #expect(
          slaves.memory.values(.holdingRegisters, Int(target)..<(Int(target) + quantity), unit: unit) == values, comment)
      case let choice:
        let request: ModbusRequest =
          choice < 4
          ? .readHoldingRegisters(address: UInt16(address), quantity: quantity)
          : .readInputRegisters(address: UInt16(address), quantity: quantity)
        let response = try client.send(request, to: unit)
        #expect(response == .registers(slaves.lastValues(unit: unit, addresses: address..<(address + quantity))), comment)
      }
      return .right
    } catch {
      return .failed(error.code)
    }
  }
}
