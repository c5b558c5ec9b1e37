import ModbusSimulator
import Testing

@Suite("Fault rules choose requests by unit, function, address, position and chance")
struct FaultRuleTests {
  /// Which of so many reads of register `address` fail.
  func failures(_ bed: FaultBed, reads: Int, unit: UInt8 = 1, address: Int = 1) throws -> [Int] {
    var failed: [Int] = []
    for number in 1...reads {
      try bed.client.send(Frames.tcp(UInt16(number), unit: unit, Frames.readHolding(address, 1)))
      let header = try bed.client.receive(8)
      _ = try bed.client.receive(Int(header[5]) - 2)
      if header[7] == 0x83 { failed.append(number) }
    }
    return failed
  }

  @Test("By position")
  func positions() throws {
    let bed = try FaultBed(.tcp, [])
    defer { bed.simulator.stop() }
    let rules: [(FaultRule, [Int])] = [
      (FaultRule(.exception(4)), Array(1...10)),
      (FaultRule(.exception(4), nth: 3), [3]),
      (FaultRule(.exception(4), every: 4), [1, 5, 9]),
      (FaultRule(.exception(4), skip: 2, every: 3), [3, 6, 9]),
      (FaultRule(.exception(4), skip: 1, times: 2), [2, 3]),
      (FaultRule(.exception(4), times: 0), []),
      (FaultRule(.exception(4), probability: 0), []),
      (FaultRule(.exception(4), probability: 1), Array(1...10)),
    ]
    for (rule, expected) in rules {
      bed.simulator.faults.set([rule])
      #expect(try failures(bed, reads: 10) == expected, "\(rule)")
    }
  }

  @Test("By unit, function and address")
  func kinds() throws {
    let bed = try FaultBed(.tcp, [FaultRule(.exception(4), unit: 2, function: 3, addresses: 10..<20)])
    defer { bed.simulator.stop() }
    #expect(try failures(bed, reads: 2, unit: 1, address: 10) == [])
    #expect(try failures(bed, reads: 2, unit: 2, address: 9) == [])
    #expect(try failures(bed, reads: 2, unit: 2, address: 20) == [])
    #expect(try failures(bed, reads: 2, unit: 2, address: 19) == [1, 2])
    bed.simulator.faults.set([FaultRule(.exception(4), function: 4)])
    #expect(try failures(bed, reads: 2) == [])
  }

  @Test("By chance, the same for the same seed")
  func chance() throws {
    var runs: [[Int]] = []
    for _ in 0..<2 {
      let bed = try FaultBed(.tcp, [FaultRule(.exception(4), probability: 0.3)])
      defer { bed.simulator.stop() }
      runs.append(try failures(bed, reads: 200))
    }
    #expect(runs[0] == runs[1])
    #expect((30...90).contains(runs[0].count))
  }

  @Test("The first rule that takes a request decides, and rules can be added and read while it runs")
  func order() throws {
    let bed = try FaultBed(.tcp, [FaultRule(.exception(4), nth: 2)])
    defer { bed.simulator.stop() }
    bed.simulator.faults.add(FaultRule(.exception(6), every: 2))
    #expect(try failures(bed, reads: 4) == [1, 2, 4])
    #expect(bed.simulator.requests.map(\.exception) == [6, 4, nil, 6])
    #expect(bed.simulator.faults.firedByRule == [1, 2])
    #expect(bed.simulator.faults.rules.count == 2)
  }
}
