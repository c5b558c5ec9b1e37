import ModbusSimulator
import TestSupport
import Testing

@Suite("A simulator listens, counts and ends in order")
struct SimulatorTests {
  @Test("Requests that come before the answer to the one before are counted")
  func overlap() throws {
    let bed = try FaultBed(.tcp, [FaultRule(.delay(milliseconds: 50), nth: 1)])
    defer { bed.simulator.stop() }
    try bed.client.send(Frames.tcp(1, Frames.readHolding(1, 2)) + Frames.tcp(2, Frames.readHolding(1, 2)))
    #expect(try bed.client.receive(26) == bed.right(1) + bed.right(2))
    try bed.ask(3)
    #expect(try bed.client.receive(13) == bed.right(3))
    #expect(bed.simulator.counters.overlaps == 1)
    #expect(bed.simulator.requests.map(\.isOverlapping) == [false, true, false])
  }

  @Test("A request may come byte by byte", arguments: FaultTests.framings)
  func pieces(framing: ModbusFraming) throws {
    var options = SimulatorOptions()
    options.frameSilenceMilliseconds = 10_000
    let bed = try FaultBed(framing, [], options: options)
    defer { bed.simulator.stop() }
    for byte in bed.frame(1, Frames.readHolding(1, 2)) { try bed.client.send([byte]) }
    #expect(try bed.client.receive(bed.right().count) == bed.right())
    // All writes with data in one go, so that their length has to be found.
    for pdu: [UInt8] in [
      [16, 0, 8, 0, 2, 4, 1, 2, 3, 4], [23, 0, 8, 0, 2, 0, 8, 0, 1, 2, 9, 9], [22, 0, 8, 0, 0, 5, 5], [43, 14, 1, 0], [7], [17],
    ] {
      try bed.client.send(bed.frame(7, pdu))
      let expected: [UInt8] =
        switch pdu[0] {
        case 16: [16, 0, 8, 0, 2]
        case 23: [23, 4, 9, 9, 3, 4]
        case 22: pdu
        default: [pdu[0] | 0x80, 1]
        }
      #expect(try bed.client.receive(bed.frame(7, expected).count) == bed.frame(7, expected))
    }
  }

  @Test(
    "After bytes that are no RTU request a slave is silent, and listens again after a silence",
    arguments: [.rtu, .rtuOverTCP] as [ModbusFraming])
  func noise(framing: ModbusFraming) async throws {
    let bed = try FaultBed(framing, [])
    defer { bed.simulator.stop() }
    var bad = Frames.rtu(Frames.readHolding(1, 2))
    bad[7] ^= 1
    let noises = [bad, [1, 3, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]]
    for (number, noise) in noises.enumerated() {
      try bed.client.send(noise)
      try await eventually("the bytes are given up") { bed.simulator.counters.framingErrors == number + 1 }
      try bed.ask()
      #expect(try bed.client.receive(bed.right().count) == bed.right())
    }
    // A function whose length nobody knows is recognised by the silence after it.
    try bed.client.send(Frames.rtu([0x66, 1, 2, 3]))
    #expect(try bed.client.receive(5) == Frames.rtu([0xE6, 1]))
  }

  @Test(
    "Bytes that aren't Modbus TCP end the connection",
    arguments: [[0, 1, 0, 1, 0, 6, 1, 3], [0, 1, 0, 0, 0, 1, 1], [0, 1, 0, 0, 1, 0, 1]])
  func notModbus(bytes: [UInt8]) throws {
    let bed = try FaultBed(.tcp, [])
    defer { bed.simulator.stop() }
    try bed.client.send(bytes)
    #expect(try bed.client.receiveToEnd() == [])
    #expect(bed.simulator.counters.framingErrors == 1)
    #expect(bed.simulator.requests.isEmpty)
  }

  @Test("A broadcast on RTU is served by all units and answered by none")
  func broadcast() throws {
    let bed = try FaultBed(.rtu, [])
    defer { bed.simulator.stop() }
    try bed.client.send(Frames.rtu(unit: 0, [6, 0, 1, 0, 77]))
    try bed.askMarker()
    #expect(try bed.client.receive(bed.marker.count) == bed.marker)
    #expect(bed.memory.value(.holdingRegisters, 1, unit: 1) == 77)
    #expect(bed.memory.value(.holdingRegisters, 1, unit: 2) == 77)
  }

  @Test("An unknown unit is silent on RTU and answers exception 11 on TCP, unless asked otherwise")
  func unknownUnits() throws {
    let tcp = try FaultBed(.tcp, [])
    try tcp.ask(1, unit: 9)
    #expect(try tcp.client.receive(9) == Frames.tcp(1, unit: 9, [0x83, 11]))
    tcp.simulator.stop()
    let line = try FaultBed(.rtu, [])
    try line.ask(1, unit: 9)
    try line.askMarker()
    #expect(try line.client.receive(line.marker.count) == line.marker)
    #expect(line.simulator.counters.unknownUnits == 1)
    line.simulator.stop()
    let silent = try FaultBed(.tcp, [], options: SimulatorOptions(unknownUnit: .silent))
    try silent.ask(1, unit: 9)
    try silent.askMarker()
    #expect(try silent.client.receive(silent.marker.count) == silent.marker)
    silent.simulator.stop()
  }

  @Test("Many connections are served at once, and counted")
  func manyConnections() async throws {
    let bed = try FaultBed(.tcp, [])
    defer { bed.simulator.stop() }
    var clients = try (0..<200).map { _ in try bed.connect() }
    for (number, client) in clients.enumerated() { try client.send(Frames.tcp(UInt16(number), Frames.readHolding(1, 2))) }
    for (number, client) in clients.enumerated() { #expect(try client.receive(13) == bed.right(UInt16(number))) }
    #expect(bed.simulator.counters.openConnections == 201)
    #expect(Set(bed.simulator.requests.map(\.connection)).count == 200)
    clients = []
    try await eventually("the connections are seen to end") { bed.simulator.counters.openConnections == 1 }
    #expect(bed.simulator.counters.totalConnections == 201)
  }

  @Test("One simulator can stand for devices at many loopback addresses")
  func manyAddresses() throws {
    let memory = SlaveMemory()
    memory.set(.holdingRegisters, 0, 5, unit: 1)
    let simulator = try ModbusSimulator(memory: memory, listen: .tcp(host: "0.0.0.0", port: 0))
    defer { simulator.stop() }
    for host: UInt8 in [1, 2, 200] {
      let client = try RawClient(port: simulator.port, host: host)
      try client.send(Frames.tcp(1, [3, 0, 0, 0, 1]))
      #expect(try client.receive(11) == Frames.tcp(1, [3, 2, 0, 5]))
    }
  }

  @Test("More connections than allowed are closed at once")
  func maximumConnections() throws {
    let bed = try FaultBed(.tcp, [], options: SimulatorOptions(maximumConnections: 1))
    defer { bed.simulator.stop() }
    try bed.ask()
    _ = try bed.client.receive(13)
    #expect(try bed.connect().receiveToEnd() == [])
    try bed.ask()
    #expect(try bed.client.receive(13) == bed.right())
  }

  @Test("Connections can be closed, and the device unplugged and plugged in again", arguments: [.tcp, .rtuOverTCP] as [ModbusFraming])
  func unplug(framing: ModbusFraming) throws {
    let bed = try FaultBed(framing, [])
    let port = bed.simulator.port
    try bed.simulator.closeConnections()
    #expect(try bed.client.receiveToEnd() == [])
    let second = try bed.connect()
    try second.send(bed.frame(1, Frames.readHolding(1, 2)))
    #expect(try second.receive(bed.right().count) == bed.right())
    try bed.simulator.unplug()
    #expect(try second.receiveToEnd() == [])
    #expect(throws: TestSupportError.self) { try bed.connect() }
    try bed.simulator.plugIn()
    #expect(bed.simulator.port == port)
    let third = try bed.connect()
    try third.send(bed.frame(1, Frames.readHolding(1, 2)))
    #expect(try third.receive(bed.right().count) == bed.right())
    bed.simulator.stop()
    bed.simulator.stop()
    #expect(throws: SimulatorError.self) { try bed.simulator.plugIn() }
  }

  @Test("A stopped simulator listens no more, and another one can take its port")
  func stop() throws {
    let port = freePort()
    for _ in 0..<3 {
      let simulator = try ModbusSimulator(memory: SlaveMemory(), listen: .tcp(port: port))
      #expect(accepts(port: port))
      simulator.stop()
      #expect(!accepts(port: port))
    }
  }

  @Test("A pseudo-terminal can disappear and come back under the same link")
  func unplugSerial() throws {
    let folder = try TestFolder("modbus")
    let memory = SlaveMemory()
    memory.define(.holdingRegisters, 0..<10, unit: 1)
    let simulator = try ModbusSimulator(memory: memory, listen: .pty(link: folder.path("line")))
    defer { simulator.stop() }
    let client = try RawClient(path: simulator.path)
    try simulator.unplug()
    #expect(!folder.exists("line"))
    #expect((try? client.receiveToEnd()) ?? [] == [], "the line hangs up")
    try simulator.plugIn()
    let again = try RawClient(path: folder.path("line"))
    try again.send(Frames.rtu([3, 0, 0, 0, 1]))
    #expect(try again.receive(7) == Frames.rtu([3, 2, 0, 0]))
  }

  @Test("What can't be opened is an error with its place")
  func errors() throws {
    let folder = try TestFolder("modbus")
    let memory = SlaveMemory()
    let first = try ModbusSimulator(memory: memory, listen: .tcp(port: 0))
    defer { first.stop() }
    let file = try folder.write("file", "")
    let endpoints: [(SimulatorEndpoint, String)] = [
      (.tcp(port: first.port), "127.0.0.1:\(first.port)"), (.tcp(host: "nowhere", port: 0), "nowhere:0"),
      (.tcp(port: 70000), "127.0.0.1:70000"),
      (.rtu(folder.path), folder.path), (.rtu(file), file), (.rtu(folder.path("none")), folder.path("none")),
      (.pty(link: folder.path("none/link")), folder.path("none/link")), (.pty(link: file), file),
    ]
    for (endpoint, place) in endpoints {
      #expect("\(endpoint)") {
        _ = try ModbusSimulator(memory: memory, listen: endpoint)
      } throws: {
        ($0 as? SimulatorError)?.place == place
      }
    }
  }

  @Test("Requests are kept up to the limit, taken and told")
  func records() async throws {
    let told = TestClock()
    var options = SimulatorOptions(onRequest: { record in told.seconds += Double(record.count) })
    options.requestLimit = 10
    let bed = try FaultBed(.tcp, [], options: options)
    defer { bed.simulator.stop() }
    for number in 0..<35 {
      try bed.client.send(Frames.tcp(UInt16(number), Frames.readHolding(number, 1)))
      _ = try bed.client.receive(11)
    }
    #expect(bed.simulator.requests.map(\.address) == Array(25..<35))
    #expect(bed.simulator.requests.map(\.sequence) == Array(25..<35))
    let times = bed.simulator.requests.map(\.receivedAt)
    #expect(times == times.sorted())
    #expect(bed.simulator.takeRequests().count == 10)
    #expect(bed.simulator.requests.isEmpty)
    try bed.ask()
    _ = try bed.client.receive(13)
    #expect(bed.simulator.takeRequests().map(\.sequence) == [35])
    #expect(bed.simulator.counters.requests == 36)
    try await eventually("all answers are counted") { bed.simulator.counters.answers == 36 }
    #expect(told.seconds == 37)
  }
}
