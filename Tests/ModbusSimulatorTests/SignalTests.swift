import ModbusSimulator
import Testing

@Suite("Signals move by themselves")
struct SignalTests {
  func values(_ signal: Signal, _ times: [Double]) -> [Double] { times.map { (signal.value(at: $0) * 1e6).rounded() / 1e6 } }

  @Test("Each shape has its values at its times")
  func shapes() {
    #expect(values(.constant(4), [0, 1e9]) == [4, 4])
    #expect(values(.ramp(from: 10, to: 20, period: 10), [0, 5, 9, 10, 12]) == [10, 15, 19, 10, 12])
    #expect(values(.sine(from: 0, to: 10, period: 4), [0, 1, 2, 3, 4]) == [5, 10, 5, 0, 5])
    #expect(values(.square(low: 1, high: 2, period: 10), [0, 4.9, 5, 9.9, 10]) == [1, 1, 2, 2, 1])
    #expect(values(.counter(every: 2), [0, 1.9, 2, 9]) == [0, 0, 1, 4])
    #expect(values(.counter(from: 5, step: 5, every: 1, limit: 20), [0, 1, 2, 3, 4]) == [5, 10, 15, 5, 10])
    #expect(values(.ramp(from: 0, to: 1, period: 0), [0, 3]) == [0, 0])
    #expect(values(Signal { $0 * 2 }, [1, 2]) == [2, 4])
  }

  @Test("A random walk stays in its range, goes by small steps, and is the same for the same seed")
  func walk() {
    let times = (0..<2000).map { Double($0) / 2 }
    let walk = Signal.randomWalk(in: 0...10, step: 1, every: 1, seed: 7)
    let first = times.map(walk.value)
    #expect(first.allSatisfy { (0...10).contains($0) })
    #expect(zip(first, first.dropFirst()).allSatisfy { abs($0 - $1) <= 1 })
    #expect(Set(first).count > 500)
    #expect(times.map(Signal.randomWalk(in: 0...10, step: 1, every: 1, seed: 7).value) == first)
    #expect(times.map(walk.value) == first, "time that goes back")
    #expect((0...10).contains(walk.value(at: 1e18)))
    #expect(walk.value(at: .nan) == 5)
  }

  @Test("Numbers lie in registers as asked for")
  func encodings() {
    #expect(RegisterEncoding.uint16.registers(65535) == [65535])
    #expect(RegisterEncoding.uint16.registers(-1) == [0])
    #expect(RegisterEncoding.uint16.registers(1e9) == [65535])
    #expect(RegisterEncoding.uint16.registers(.nan) == [0])
    #expect(RegisterEncoding.int16.registers(-2) == [0xFFFE])
    #expect(RegisterEncoding.int32.registers(-2) == [0xFFFF, 0xFFFE])
    #expect(RegisterEncoding.uint32.registers(65536 * 3 + 4) == [3, 4])
    #expect(RegisterEncoding.int64.registers(-1) == [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF])
    #expect(RegisterEncoding.uint64.registers(1.2e30) == [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF])
    #expect(RegisterEncoding.float32.registers(123.456) == [0x42F6, 0xE979])
    #expect(RegisterEncoding.float64.registers(1) == [0x3FF0, 0, 0, 0])
    #expect(RegisterEncoding.float32.wordSwapped.registers(123.456) == [0xE979, 0x42F6])
    #expect(RegisterEncoding.float32.byteSwapped.registers(123.456) == [0xF642, 0x79E9])
    #expect(RegisterEncoding.uint16.scaled(by: 0.1).registers(230.4) == [2304])
  }

  @Test("Registers and bits follow their signals from read to read")
  func driven() {
    let clock = TestClock()
    let memory = SlaveMemory(seconds: { clock.seconds })
    memory.set(.inputRegisters, 0, 1.5, as: .float32, unit: 1)
    memory.drive(.inputRegisters, 2, unit: 1, by: .ramp(from: 0, to: 100_000, period: 10), as: .uint32)
    memory.drive(.discreteInputs, 0, unit: 1, by: .square(low: 0, high: 1, period: 10))
    clock.seconds = 9
    #expect(memory.answer(to: [4, 0, 0, 0, 4], unit: 1) == [4, 8, 0x3F, 0xC0, 0, 0, 0, 1, 0x5F, 0x90])
    #expect(memory.answer(to: [2, 0, 0, 0, 1], unit: 1) == [2, 1, 1])
    clock.seconds = 11
    #expect(memory.answer(to: [4, 0, 2, 0, 2], unit: 1) == [4, 4, 0, 0, 0x27, 0x10])
    #expect(memory.answer(to: [2, 0, 0, 0, 1], unit: 1) == [2, 1, 0])
  }
}
