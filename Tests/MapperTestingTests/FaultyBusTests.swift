import MapperTesting
import Testing

@Suite("A faulty bus")
struct FaultyBusTests {
  @Test("passes on what nobody disturbs, and counts it")
  func passes() async throws {
    try await Echo.run { echo, bus in
      let client = try echo.client(bus.port)
      for text in ["one", "two", "three"] { #expect(client.exchange(text) == text) }
      #expect(bus.connections == 1)
      #expect(bus.openConnections == 1)
      #expect(bus.exchanges == 3)
    }
  }

  @Test("swallows answers")
  func silent() async throws {
    try await Echo.run { echo, bus in
      let client = try echo.client(bus.port)
      #expect(client.exchange("one") == "one")
      await bus.set(.silent)
      #expect(client.exchange("two", patience: 100) == nil)
      await bus.set(.pass)
      #expect(client.exchange("three") == "three")
    }
  }

  @Test("lets answers come late, and come all the same")
  func delay() async throws {
    try await Echo.run { echo, bus in
      let client = try echo.client(bus.port)
      await bus.set(.delay(milliseconds: 400))
      #expect(client.exchange("one", patience: 50) == nil)
      await bus.set(.pass)
      #expect(client.receive(3) == "one", "what is on its way comes late")
    }
  }

  @Test("closes in the midst of an answer")
  func closeMidAnswer() async throws {
    try await Echo.run { echo, bus in
      await bus.set(.closeMidAnswer)
      let client = try echo.client(bus.port)
      client.send("abcdef")
      #expect(client.receiveAll() == "abc")
      await bus.set(.pass)
      #expect(try echo.client(bus.port).exchange("again") == "again")
      #expect(bus.connections == 2)
    }
  }

  @Test("cuts answers short, or gives them byte by byte")
  func truncate() async throws {
    try await Echo.run { echo, bus in
      let client = try echo.client(bus.port)
      await bus.set(.truncate)
      client.send("abcdef")
      #expect(client.receive(3) == "abc")
      #expect(client.receive(1, patience: 100) == nil)
      await bus.set(.oneByteAtATime)
      #expect(client.exchange("ghijkl") == "ghijkl")
    }
  }

  @Test("answers garbage of the answer's length")
  func garbage() async throws {
    try await Echo.run { echo, bus in
      let client = try echo.client(bus.port)
      await bus.set(.garbage)
      let text = String(repeating: "x", count: 32)
      client.send(text)
      #expect(client.receiveBytes(32)?.count == 32)
      #expect(client.receive(1, patience: 100) == nil)
    }
  }

  @Test("is absent, keeps its port, and comes back")
  func refuse() async throws {
    try await Echo.run { echo, bus in
      let client = try echo.client(bus.port)
      #expect(client.exchange("one") == "one")
      await bus.set(.refuse)
      #expect(client.receiveAll() == "", "the connection is gone")
      #expect(throws: Echo.Failure.self) { _ = try echo.client(bus.port) }
      #expect(bus.openConnections == 0)
      await bus.set(.pass)
      #expect(try echo.client(bus.port).exchange("two") == "two")
    }
  }

  @Test("takes a device's faults but for those that need the protocol")
  func deviceFaults() async throws {
    try await Echo.run { echo, bus in
      for (fault, expected) in [
        (DeviceFault.silent, BusFault.silent), (.slow(milliseconds: 7), .delay(milliseconds: 7)), (.disconnect, .closeMidAnswer),
        (.absent, .refuse), (.garbage, .garbage),
      ] {
        try await bus.inject(fault)
        #expect(bus.fault == expected)
      }
      try await bus.inject(nil)
      #expect(bus.fault == .pass)
      await #expect(throws: NotSimulated.self) { try await bus.inject(.refuseReads(property: "t")) }
    }
  }
}
