import ModbusSimulator
import Testing

/// A simulator with registers 0..<100 that hold ten times their address, and one raw client.
struct FaultBed {
  let simulator: ModbusSimulator
  let memory: SlaveMemory
  let client: RawClient
  let framing: ModbusFraming

  init(_ framing: ModbusFraming, _ rules: [FaultRule], options: SimulatorOptions = SimulatorOptions()) throws {
    self.framing = framing
    memory = SlaveMemory()
    memory.set(.holdingRegisters, 0, (0..<100).map { $0 * 10 }, unit: 1)
    memory.set(.holdingRegisters, 0, (0..<100).map { $0 * 10 }, unit: 2)
    let endpoint: SimulatorEndpoint =
      switch framing {
      case .tcp: .tcp(port: 0)
      case .rtu: .pty()
      case .rtuOverTCP: .rtuOverTCP(port: 0)
      }
    simulator = try ModbusSimulator(memory: memory, listen: endpoint, options: options)
    simulator.faults.set(rules)
    client = try framing == .rtu ? RawClient(path: simulator.path) : RawClient(port: simulator.port)
  }

  func connect() throws -> RawClient { try framing == .rtu ? RawClient(path: simulator.path) : RawClient(port: simulator.port) }

  func frame(_ transaction: UInt16, _ pdu: [UInt8], unit: UInt8 = 1) -> [UInt8] {
    framing == .tcp ? Frames.tcp(transaction, unit: unit, pdu) : Frames.rtu(unit: unit, pdu)
  }

  /// Asks for registers 1 and 2.
  func ask(_ transaction: UInt16 = 1, unit: UInt8 = 1) throws { try client.send(frame(transaction, Frames.readHolding(1, 2), unit: unit)) }
  /// The right answer to that.
  func right(_ transaction: UInt16 = 1, unit: UInt8 = 1) -> [UInt8] { frame(transaction, [3, 4, 0, 10, 0, 20], unit: unit) }

  /// Asks for register 5, whose answer shows that nothing else came before.
  func askMarker() throws { try client.send(frame(99, Frames.readHolding(5, 1))) }
  var marker: [UInt8] { frame(99, [3, 2, 0, 50]) }
}

@Suite("Each fault does on the wire what it says")
struct FaultTests {
  static let framings: [ModbusFraming] = [.tcp, .rtu, .rtuOverTCP]

  @Test("Without a fault the answer is right", arguments: framings)
  func none(framing: ModbusFraming) throws {
    let bed = try FaultBed(framing, [])
    defer { bed.simulator.stop() }
    try bed.ask()
    #expect(try bed.client.receive(bed.right().count) == bed.right())
  }

  @Test("Some faults change the bytes of one answer", arguments: framings)
  func changedBytes(framing: ModbusFraming) throws {
    let bed = try FaultBed(framing, [])
    defer { bed.simulator.stop() }
    let right = bed.right()
    var badCRC = right
    if framing.isRTU { badCRC[badCRC.count - 1] ^= 0xFF }
    var badProtocol = right
    if framing == .tcp { badProtocol[3] = 1 }
    let expected: [(Fault, [UInt8])] = [
      (.wrongUnit, bed.frame(1, [3, 4, 0, 10, 0, 20], unit: 2)),
      (.wrongTransaction, bed.frame(2, [3, 4, 0, 10, 0, 20])),
      (.wrongProtocol, badProtocol),
      (.wrongFunction, bed.frame(1, [4, 4, 0, 10, 0, 20])),
      (.wrongByteCount(difference: 2), bed.frame(1, [3, 6, 0, 10, 0, 20])),
      (.wrongByteCount(difference: -1), bed.frame(1, [3, 3, 0, 10, 0, 20])),
      (.wrongDataLength(difference: -2), bed.frame(1, [3, 2, 0, 10])),
      (.wrongDataLength(difference: 2), bed.frame(1, [3, 6, 0, 10, 0, 20, 0, 0])),
      (.wrongCRC, badCRC),
      (.exception(6), bed.frame(1, [0x83, 6])),
      (.exception(.gatewayTargetFailedToRespond), bed.frame(1, [0x83, 11])),
      (.truncate(keeping: 3), Array(right.prefix(3))),
      (.truncate(keeping: -1), Array(right.dropLast())),
      (.duplicate, right + right),
      (.echo, bed.frame(1, Frames.readHolding(1, 2)) + right),
      (.delay(milliseconds: 20), right),
      (.dribble(pauseMilliseconds: 1), right),
      (.split(pauseMilliseconds: 10), right),
      (.drop, []),
      (.ignore, []),
    ]
    for (fault, bytes) in expected {
      bed.simulator.faults.set([FaultRule(fault, nth: 1)])
      try bed.ask()
      #expect(try bed.client.receive(bytes.count) == bytes, "\(fault)")
      // The next request is answered rightly, with nothing between.
      try bed.askMarker()
      #expect(try bed.client.receive(bed.marker.count) == bed.marker, "after \(fault)")
    }
    #expect(bed.simulator.faults.fired == 1 * expected.count)
    #expect(bed.simulator.counters.faults == expected.count)
    #expect(bed.client.isQuiet)
  }

  @Test("A lost answer's request was served, an ignored and a refused one wasn't", arguments: framings)
  func served(framing: ModbusFraming) throws {
    let bed = try FaultBed(
      framing,
      [FaultRule(.drop, addresses: 50..<51), FaultRule(.ignore, addresses: 60..<61), FaultRule(.exception(4), addresses: 70..<71)])
    defer { bed.simulator.stop() }
    for address: UInt8 in [50, 60, 70] { try bed.client.send(bed.frame(1, [6, 0, address, 1, 1])) }
    #expect(try bed.client.receive(bed.frame(1, [0x86, 4]).count) == bed.frame(1, [0x86, 4]))
    #expect([50, 60, 70].map { bed.memory.value(.holdingRegisters, $0, unit: 1) } == [0x101, 600, 700])
    let requests = bed.simulator.requests
    #expect(requests.map(\.fault) == [.drop, .ignore, .exception(4)])
    #expect(requests.map(\.exception) == [nil, nil, .serverDeviceFailure])
    #expect(requests.map { $0.answeredAt == nil } == [true, true, false])
  }

  @Test("A write's answer can name another address")
  func wrongEcho() throws {
    let bed = try FaultBed(.tcp, [FaultRule(.wrongEcho, function: 6)])
    defer { bed.simulator.stop() }
    try bed.client.send(Frames.tcp(1, [6, 0, 8, 0, 1]))
    #expect(try bed.client.receive(12) == Frames.tcp(1, [6, 0, 9, 0, 1]))
  }

  @Test("Garbage comes before or instead of the answer, the same for the same seed", arguments: framings)
  func garbage(framing: ModbusFraming) throws {
    var seen: Set<[UInt8]> = []
    for _ in 0..<2 {
      let bed = try FaultBed(framing, [FaultRule(.garbageBefore(count: 5), nth: 1), FaultRule(.garbageInstead(count: 9), nth: 1)])
      defer { bed.simulator.stop() }
      try bed.ask()
      let first = try bed.client.receive(5 + bed.right().count)
      #expect(Array(first.dropFirst(5)) == bed.right())
      try bed.ask(2)
      let second = try bed.client.receive(9)
      #expect(second != Array(bed.right(2).prefix(9)))
      try bed.askMarker()
      #expect(try bed.client.receive(bed.marker.count) == bed.marker)
      seen.insert(Array(first.prefix(5)) + second)
    }
    #expect(seen.count == 1)
  }

  @Test("A late answer comes just before the answer to the next request", arguments: framings)
  func late(framing: ModbusFraming) throws {
    let bed = try FaultBed(framing, [FaultRule(.late, nth: 1)])
    defer { bed.simulator.stop() }
    try bed.ask()
    #expect(bed.client.isQuiet)
    try bed.askMarker()
    let expected = bed.right() + bed.marker
    #expect(try bed.client.receive(expected.count) == expected)
  }

  @Test("A delay and pauses take their time", arguments: framings)
  func times(framing: ModbusFraming) throws {
    let bed = try FaultBed(framing, [])
    defer { bed.simulator.stop() }
    let length = bed.right().count
    let faults: [(Fault, Int)] = [
      (.delay(milliseconds: 40), 40), (.split(pauseMilliseconds: 30), 30), (.dribble(pauseMilliseconds: 3), 3 * (length - 1)),
    ]
    for (fault, milliseconds) in faults {
      bed.simulator.faults.set([FaultRule(fault)])
      let duration = try ContinuousClock().measure {
        try bed.ask()
        _ = try bed.client.receive(length)
      }
      #expect(duration >= .milliseconds(milliseconds), "\(fault)")
    }
  }

  @Test("A split or dribbled answer really comes in pieces")
  func pieces() throws {
    let bed = try FaultBed(.tcp, [FaultRule(.split(pauseMilliseconds: 300), nth: 1), FaultRule(.dribble(pauseMilliseconds: 50), nth: 1)])
    defer { bed.simulator.stop() }
    try bed.ask()
    #expect(try bed.client.readOnce() == Array(bed.right().prefix(6)))
    #expect(try bed.client.readOnce() == Array(bed.right().dropFirst(6)))
    try bed.ask(2)
    #expect(try bed.client.readOnce().count < 4)
    _ = try bed.client.receive(9)
  }

  @Test(
    "Closing ends the connection without an answer, amid an answer, or with a reset", arguments: [.tcp, .rtuOverTCP] as [ModbusFraming])
  func closes(framing: ModbusFraming) throws {
    let bed = try FaultBed(framing, [FaultRule(.close)])
    defer { bed.simulator.stop() }
    try bed.ask()
    #expect(try bed.client.receiveToEnd() == [])

    bed.simulator.faults.set([FaultRule(.closeMidFrame)])
    let second = try bed.connect()
    try second.send(bed.frame(1, Frames.readHolding(1, 2)))
    #expect(try second.receiveToEnd() == Array(bed.right().prefix(bed.right().count / 2)))

    bed.simulator.faults.set([FaultRule(.reset)])
    let third = try bed.connect()
    try third.send(bed.frame(1, Frames.readHolding(1, 2)))
    #expect(throws: (any Error).self) { try third.receiveToEnd() }

    bed.simulator.faults.clear()
    let last = try bed.connect()
    try last.send(bed.frame(1, Frames.readHolding(1, 2)))
    #expect(try last.receive(bed.right().count) == bed.right())
    #expect(bed.simulator.counters.totalConnections == 4)
  }

  @Test("On a serial line a closing fault only loses the answer, or half of it")
  func closesSerial() throws {
    let bed = try FaultBed(.rtu, [FaultRule(.close, nth: 1), FaultRule(.reset, nth: 1), FaultRule(.closeMidFrame, nth: 1)])
    defer { bed.simulator.stop() }
    for _ in 0..<3 { try bed.ask() }
    try bed.askMarker()
    let expected = Array(bed.right().prefix(4)) + bed.marker
    #expect(try bed.client.receive(expected.count) == expected)
  }

  @Test("A silenced unit is dead, and the others aren't", arguments: framings)
  func silence(framing: ModbusFraming) throws {
    let bed = try FaultBed(framing, [])
    defer { bed.simulator.stop() }
    bed.simulator.faults.silence([2])
    try bed.ask(1, unit: 2)
    try bed.ask(2, unit: 1)
    #expect(try bed.client.receive(bed.right(2).count) == bed.right(2))
    #expect(bed.client.isQuiet)
    bed.simulator.faults.clear()
    try bed.ask(3, unit: 2)
    #expect(try bed.client.receive(bed.right().count) == bed.right(3, unit: 2))
  }
}
