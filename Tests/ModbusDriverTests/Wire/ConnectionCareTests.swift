import Glibc
import MapperSDK
import ModbusDriver
import ModbusSimulator
import TestSupport
import Testing

@Suite("A client cares for its connection")
struct ConnectionCareTests {
  private static let request = ModbusRequest.readHoldingRegisters(address: 5, quantity: 3)

  @Test("and makes one anew that the server closed while nothing was asked", arguments: [SimulatedLine.Kind.tcp, .rtuOverTCP])
  func idle(kind: SimulatedLine.Kind) async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(kind, slaves.memory)
    let client = Shared(ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 10_000)))
    for round in 1...3 {
      try await onBusThread { () throws in
        let response: ModbusResponse
        do {
          response = try client.withLock { client throws(ModbusError) in try client.send(Self.request, to: 2) }
        } catch let error as ModbusError where error.code == .connectionLost {
          // The end came after the client had looked: it makes a new connection the next time.
          response = try client.withLock { client throws(ModbusError) in try client.send(Self.request, to: 2) }
        }
        #expect(response == .registers(slaves.lastValues(unit: 2, addresses: 5..<8)))
      }
      #expect(simulated.simulator.counters.totalConnections == round)
      try simulated.simulator.closeConnections()
      try await eventually("no connection") { simulated.simulator.counters.openConnections == 0 }
    }
  }

  @Test("and makes one anew after a timeout, as it may be half open")
  func halfOpen() async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    simulated.simulator.faults.set([FaultRule(.ignore, nth: 1)])
    try await onBusThread { () throws in
      let client = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 200))
      let start = SystemClock.uptime()
      let error = #expect(throws: ModbusError.self) { try client.send(Self.request, to: 1) }
      #expect(error?.code == .timeout)
      #expect(SystemClock.uptime() - start >= 200)
      _ = try client.send(Self.request, to: 1)
      #expect(simulated.simulator.counters.totalConnections == 2)
    }
  }

  @Test("and says at once that nobody listens, or a name isn't known")
  func refused() async throws {
    let port = UInt16(freePort())
    try await onBusThread { () throws in
      for line in [ModbusLine.tcp(host: "127.0.0.1", port: port), .rtuOverTCP(host: "localhost", port: port)] {
        let error = #expect(throws: ModbusError.self) { try ModbusClient(line: line).open() }
        #expect(error?.code == .notConnected)
        #expect(error?.reason.contains("\(port)") == true)
        #expect(error?.readingError.scope == .bus)
      }
      let error = #expect(throws: ModbusError.self) { try ModbusClient(line: .tcp(host: "no.such.host.invalid", port: 502)).open() }
      #expect(error?.reason.contains("no.such.host.invalid") == true)
    }
  }

  @Test("by names and IPv6 addresses too")
  func names() async throws {
    let slaves = CountedSlaves()
    let named = try SimulatedLine(.tcp, slaves.memory)
    let port = UInt16(named.simulator.port)
    let six = try ModbusSimulator(memory: slaves.memory, listen: .tcp(host: "::1", port: 0))
    let sixPort = UInt16(six.port)
    try await onBusThread { () throws in
      for line in [ModbusLine.tcp(host: "localhost", port: port), .tcp(host: "::1", port: sixPort)] {
        let response = try ModbusClient(line: line).send(Self.request, to: 3)
        #expect(response == .registers(slaves.lastValues(unit: 3, addresses: 5..<8)))
      }
    }
  }

  @Test("and knows a port that is gone at once, and uses it when it is back")
  func unplugged() async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(.serial, slaves.memory)
    try await onBusThread { () throws in
      let client = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 20_000))
      _ = try client.send(Self.request, to: 1)
      try simulated.simulator.unplug()
      let start = SystemClock.uptime()
      let error = #expect(throws: ModbusError.self) { try client.send(Self.request, to: 1) }
      #expect(error?.code == .connectionLost)
      let second = #expect(throws: ModbusError.self) { try client.send(Self.request, to: 1) }
      #expect(second?.code == .notConnected)
      #expect(SystemClock.uptime() - start < 10_000)
      try simulated.simulator.plugIn()
      let response = try client.send(Self.request, to: 1)
      #expect(response == .registers(slaves.lastValues(unit: 1, addresses: 5..<8)))
    }
  }

  @Test("and knows a port that goes away while it waits")
  func pulledOut() async throws {
    let terminals = try await PseudoTerminals()
    let line = ModbusLine.serial(SerialLine(path: terminals.near))
    let answer = Task {
      try await onBusThread {
        let start = SystemClock.uptime()
        let client = ModbusClient(line: line, timing: ModbusTiming(responseTimeout: 60_000))
        do {
          _ = try client.send(Self.request, to: 1)
          return (ModbusError?.none, Int64(0))
        } catch let error as ModbusError {
          return (error, SystemClock.uptime() - start)
        }
      }
    }
    // What the request puts on the line shows that the client waits.
    let far = open(terminals.far, O_RDONLY)
    var byte: UInt8 = 0
    while read(far, &byte, 1) < 1 {}
    close(far)
    try await terminals.cable.kill()
    let (error, waited) = try await answer.value
    #expect(error?.code == .connectionLost)
    #expect(waited < 30_000)
  }

  @Test("and keeps the pauses a device needs")
  func pauses() async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    try await onBusThread { () throws in
      let timing = ModbusTiming(responseTimeout: 10_000, pauseAfterConnect: 150, pauseBetweenRequests: 100)
      let client = ModbusClient(line: simulated.line, timing: timing)
      let start = SystemClock.uptime()
      for _ in 0..<3 { _ = try client.send(Self.request, to: 1) }
      #expect(SystemClock.uptime() - start >= 350)
      let requests = simulated.simulator.requests
      for (before, after) in zip(requests, requests.dropFirst()) { #expect(after.receivedAt - before.receivedAt >= 100_000) }
    }
  }

  @Test("and sends to all units of a serial line, which none answers", arguments: [SimulatedLine.Kind.serial, .rtuOverTCP])
  func broadcast(kind: SimulatedLine.Kind) async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(kind, slaves.memory)
    try await onBusThread { () throws in
      let client = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 10_000))
      #expect(try client.send(.writeSingleRegister(address: 450, value: 77), to: 0) == .written)
      for unit in CountedSlaves.units {
        #expect(try client.send(.readHoldingRegisters(address: 450, quantity: 1), to: unit) == .registers([77]))
      }
      let error = #expect(throws: ModbusError.self) { try client.send(Self.request, to: 0) }
      #expect(error?.code == .invalidRequest)
    }
  }

  @Test("and shows each frame with its bytes and time", arguments: SimulatedLine.Kind.allCases)
  func tap(kind: SimulatedLine.Kind) async throws {
    let slaves = CountedSlaves()
    let simulated = try SimulatedLine(kind, slaves.memory)
    let frames = Shared([(WireDirection, UInt8, [UInt8], Int64)]())
    try await onBusThread { () throws in
      let client = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 10_000)) { direction, unit, bytes, time in
        frames.withLock { $0.append((direction, unit, bytes, time)) }
      }
      _ = try client.send(.writeSingleRegister(address: 450, value: 0x0102), to: 3)
    }
    let seen = frames.withLock { $0.map { $0 } }
    #expect(seen.map(\.0) == [.sent, .received])
    #expect(seen.map(\.1) == [3, 3])
    // A write's answer repeats it, down to the transaction or checksum.
    #expect(seen.first?.2 == seen.last?.2)
    #expect(seen.first?.2.count == (kind == .tcp ? 12 : 8))
    #expect((seen.first?.3 ?? 0) <= (seen.last?.3 ?? 0))
  }
}
