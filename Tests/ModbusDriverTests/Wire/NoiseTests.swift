import Glibc
import MapperSDK
import ModbusDriver
import TestSupport
import Testing

@Suite("What follows an answer on a serial line")
struct NoiseTests {
  /// Register values 0x1234 and 0x4321 of unit 1, as frames.
  private static let answer: [UInt8] = [0x01, 0x03, 0x02, 0x12, 0x34, 0xB5, 0x33]
  private static let other: [UInt8] = [0x01, 0x03, 0x02, 0x43, 0x21, 0x49, 0x6C]

  /// Answers each request with the next of some bytes.
  private static func serve(_ path: String, _ answers: [[UInt8]]) -> Task<Void, any Error> {
    Task {
      try await onBusThread { () throws in
        let descriptor = open(path, O_RDWR | O_NOCTTY)
        defer { close(descriptor) }
        for answer in answers {
          var byte: UInt8 = 0
          for _ in 0..<8 where read(descriptor, &byte, 1) != 1 { throw TestSupportError("the line is gone") }
          _ = write(descriptor, answer, answer.count)
        }
        // Stays open until the test has read what it sent.
        var byte: UInt8 = 0
        _ = read(descriptor, &byte, 1)
      }
    }
  }

  @Test("is passed over when it is too short for a frame or the same once more, and makes the answer doubtful otherwise")
  func trailing() async throws {
    let terminals = try await PseudoTerminals()
    let answers = [Self.answer + [0x00], Self.answer + Self.answer, Self.other + Self.answer, Self.answer]
    let unit = Self.serve(terminals.far, answers)
    let line = ModbusLine.serial(SerialLine(path: terminals.near, baudRate: 115_200))
    try await onBusThread { () throws in
      let client = ModbusClient(line: line, timing: ModbusTiming(responseTimeout: 10_000))
      let request = ModbusRequest.readHoldingRegisters(address: 0, quantity: 1)
      #expect(try client.send(request, to: 1) == .registers([0x1234]))
      #expect(try client.send(request, to: 1) == .registers([0x1234]))
      // The first frame would have been believed alone.
      let error = #expect(throws: ModbusError.self) { try client.send(request, to: 1) }
      #expect(error?.code == .invalidAnswer)
      #expect(try client.send(request, to: 1) == .registers([0x1234]))
    }
    try await terminals.cable.kill()
    try? await unit.value
  }

  @Test("without end is found out in a bounded time")
  func babble() async throws {
    let terminals = try await PseudoTerminals()
    let far = terminals.far
    let babbler = Task {
      try await onBusThread { () throws in
        let descriptor = open(far, O_RDWR | O_NOCTTY)
        defer { close(descriptor) }
        let bytes = [UInt8](repeating: 0x55, count: 32)
        // About as fast as the line: it says its next nonsense when it is asked something, or after a while.
        var line = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while write(descriptor, bytes, bytes.count) > 0 {
          if poll(&line, 1, 5) > 0 { tcflush(descriptor, TCIFLUSH) }
        }
      }
    }
    let line = ModbusLine.serial(SerialLine(path: terminals.near, baudRate: 115_200))
    try await onBusThread { () throws in
      let client = ModbusClient(line: line, timing: ModbusTiming(responseTimeout: 300))
      let start = SystemClock.uptime()
      var codes: Set<ModbusError.Code> = []
      for _ in 0..<3 {
        let error = #expect(throws: ModbusError.self) { try client.send(.readHoldingRegisters(address: 0, quantity: 1), to: 1) }
        if let error { codes.insert(error.code) }
      }
      // How much of the noise had come when a request was sent is the machine's business.
      #expect(!codes.isEmpty && codes.isSubset(of: [.noSilence, .timeout, .invalidAnswer, .invalidCRC]), "\(codes)")
      #expect(SystemClock.uptime() - start < 25_000)
    }
    try await terminals.cable.kill()
    try? await babbler.value
  }
}
