import ModbusSimulator
import Testing

@Suite("A paced line takes as long as a real one")
struct PacingTests {
  /// Microseconds from sending the first byte to having the last.
  func duration(_ bed: FaultBed, registers: Int) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try bed.client.send(bed.frame(1, Frames.readHolding(0, registers)))
    _ = try bed.client.receive(5 + 2 * registers)
    return (clock.now - start) / .microseconds(1)
  }

  @Test(
    "A transaction lasts for its characters of 11 bits and a silence of 3.5 of them",
    arguments: [(9600, 100, 244_000.0 + 4_010), (9600, 1, 17_187.0 + 4_010), (115_200, 100, 20_340.0 + 1_750)])
  func duration(bitsPerSecond: Int, registers: Int, microseconds: Double) throws {
    for framing in [.rtu, .rtuOverTCP] as [ModbusFraming] {
      let bed = try FaultBed(framing, [], options: SimulatorOptions(bitsPerSecond: bitsPerSecond))
      defer { bed.simulator.stop() }
      let seen = try duration(bed, registers: registers)
      #expect(seen >= microseconds * 0.99, "\(framing)")
      // A busy machine wakes late, but the delays of single characters don't add up.
      #expect(seen < microseconds + 500_000, "\(framing)")
    }
  }

  @Test("The answer comes bit by bit, not at the end")
  func pieces() throws {
    let bed = try FaultBed(.rtu, [], options: SimulatorOptions(bitsPerSecond: 2400))
    defer { bed.simulator.stop() }
    // An answer that takes most of a second.
    try bed.client.send(bed.frame(1, Frames.readHolding(0, 100)))
    #expect(try bed.client.readOnce().count < 150)
  }

  @Test("The line's time is counted, and a client that doesn't keep the silence")
  func counters() throws {
    let bed = try FaultBed(.rtu, [], options: SimulatorOptions(turnaroundMilliseconds: 5, bitsPerSecond: 9600))
    defer { bed.simulator.stop() }
    let seen = try duration(bed, registers: 10)
    #expect(seen >= 37_812 + 4_010 + 5_000)
    let counters = bed.simulator.counters
    #expect(counters.characterMicroseconds == 9_166 + 28_645)
    #expect(counters.silenceMicroseconds == 2 * 4_010)
    #expect(counters.silenceViolations == 0)
    try bed.client.send(bed.frame(1, Frames.readHolding(0, 1)) + bed.frame(1, Frames.readHolding(0, 1)))
    _ = try bed.client.receive(14)
    #expect(bed.simulator.counters.silenceViolations >= 1)
  }

  @Test("Nothing is paced on Modbus TCP")
  func tcp() throws {
    let bed = try FaultBed(.tcp, [], options: SimulatorOptions(bitsPerSecond: 1))
    defer { bed.simulator.stop() }
    try bed.ask()
    #expect(try bed.client.receive(13) == bed.right())
  }
}
